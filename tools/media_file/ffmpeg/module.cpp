#include "tools/media_file/module.hpp"

#include <algorithm>
#include <exception>

#include "tools/media_file/ffmpeg/decode_audio.hpp"
#include "tools/media_file/ffmpeg/decode_video.hpp"
#include "tools/media_file/ffmpeg/pointers.hpp"

namespace sotto::tools {
namespace {

/// Runs `decode` and turns what went wrong into a text for the other side of the face.
template <typename Decode>
int guarded(Decode decode, char* error, size_t error_size) {
  std::string text;
  try {
    av_log_set_level(AV_LOG_ERROR);
    const Result<void> decoded = decode();
    if (decoded.ok()) return 0;
    text = decoded.error().message;
  } catch (const std::exception& exception) {
    text = exception.what();
  }
  if (error_size > 0) error[text.copy(error, error_size - 1)] = '\0';
  return -1;
}

int decode_video(const char* path, int width, int height, int fps, MediaFileModule::VideoSink sink, void* context,
                 char* error, size_t error_size) {
  return guarded([&] { return ffmpeg::decode_video(path, width, height, fps, sink, context); }, error, error_size);
}

int decode_audio(const char* path, MediaFileModule::AudioSink sink, void* context, char* error, size_t error_size) {
  return guarded([&] { return ffmpeg::decode_audio(path, sink, context); }, error, error_size);
}

constexpr MediaFileModule kModule{kMediaFileModuleVersion, &decode_video, &decode_audio};

}  // namespace
}  // namespace sotto::tools

extern "C" __attribute__((visibility("default"))) const sotto::tools::MediaFileModule* sotto_media_file_module() {
  return &sotto::tools::kModule;
}
