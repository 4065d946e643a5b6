#include "tools/settings/private_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

namespace sotto::tools {
namespace {

Error in_system_words(const std::filesystem::path& path, std::string_view what) {
  return {ErrorCode::kUnavailable, path.string() + " " + std::string(what) + ": " + std::strerror(errno)};
}

bool write_all(int file, ByteView content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content = content.subspan(static_cast<size_t>(written));
  }
  return true;
}

}  // namespace

Result<void> write_new_private_file(const std::filesystem::path& path, ByteView content) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0 && errno == EEXIST) return Error{ErrorCode::kRefused, path.string() + " is there already."};
  if (file < 0) return in_system_words(path, "cannot be made");
  const bool written = write_all(file, content) && ::fsync(file) == 0;
  if (::close(file) == 0 && written) return {};
  const Error error = in_system_words(path, "cannot be written");
  ::unlink(path.c_str());
  return error;
}

Result<Bytes> read_whole_file(const std::filesystem::path& path, size_t limit) {
  std::error_code unknown;
  const auto size = std::filesystem::file_size(path, unknown);
  std::ifstream stream(path, std::ios::binary);
  if (unknown || !stream) return Error{ErrorCode::kUnavailable, path.string() + " cannot be read."};
  if (size > limit) return Error{ErrorCode::kInvalidArgument, path.string() + " is too large."};
  Bytes content(static_cast<size_t>(size));
  stream.read(reinterpret_cast<char*>(content.data()), static_cast<std::streamsize>(content.size()));
  if (static_cast<size_t>(stream.gcount()) != content.size()) {
    return Error{ErrorCode::kUnavailable, path.string() + " cannot be read."};
  }
  return content;
}

}  // namespace sotto::tools
