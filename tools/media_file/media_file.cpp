#include "tools/media_file/media_file.hpp"

#include <dlfcn.h>

#include <array>
#include <filesystem>

namespace sotto::tools {
namespace {

constexpr char kModuleName[] = "libsotto-media-file.so";
constexpr char kPackages[] = "libavformat59 libavcodec59 libavutil57 libswscale6 libswresample4";  // Debian 12

using ErrorText = std::array<char, 512>;

Result<void> result_of(int returned, const ErrorText& text) {
  if (returned == 0) return {};
  return Error{ErrorCode::kUnavailable, text.data()};
}

}  // namespace

Result<MediaFile> MediaFile::load() {
  std::error_code failed;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", failed);
  if (failed) return Error{ErrorCode::kUnavailable, "cannot tell where this program lies: " + failed.message()};
  return load_from((program.parent_path().parent_path() / "lib" / kModuleName).string());
}

Result<MediaFile> MediaFile::load_from(const std::string& module_path) {
  if (std::error_code failed; !std::filesystem::exists(module_path, failed)) {
    return Error{ErrorCode::kUnavailable, "media files need " + module_path + ", which is not there"};
  }
  // Never unloaded: of the libraries behind it not all clean up after themselves.
  void* const library = ::dlopen(module_path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) {
    return Error{ErrorCode::kUnavailable, std::string("media files need FFmpeg's libraries (Debian packages ") +
                                              kPackages + "): " + ::dlerror()};
  }
  const auto entry = reinterpret_cast<MediaFileModuleEntry>(::dlsym(library, kMediaFileModuleSymbol));
  const MediaFileModule* module = entry != nullptr ? entry() : nullptr;
  if (module == nullptr || module->version != kMediaFileModuleVersion) {
    return Error{ErrorCode::kUnavailable, module_path + " is of another version than this program"};
  }
  return MediaFile(module);
}

Result<void> MediaFile::decode_video(const std::string& path, int width, int height, int fps,
                                     const OnPicture& on_picture) const {
  ErrorText error{};
  const auto sink = [](void* context, const uint8_t* i420, size_t size) {
    return (*static_cast<const OnPicture*>(context))({i420, size});
  };
  return result_of(module_->decode_video(path.c_str(), width, height, fps, sink, const_cast<OnPicture*>(&on_picture),
                                         error.data(), error.size()),
                   error);
}

Result<void> MediaFile::decode_audio(const std::string& path, const OnSamples& on_samples) const {
  ErrorText error{};
  const auto sink = [](void* context, const int16_t* samples, size_t count) {
    return (*static_cast<const OnSamples*>(context))({samples, count});
  };
  return result_of(
      module_->decode_audio(path.c_str(), sink, const_cast<OnSamples*>(&on_samples), error.data(), error.size()),
      error);
}

}  // namespace sotto::tools
