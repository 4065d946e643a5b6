#include "tools/harness/write_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace sotto::tools {

Result<void> write_file(const std::string& path, ByteView content) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  bool written = file != nullptr && std::fwrite(content.data(), 1, content.size(), file) == content.size();
  int reason = written ? 0 : errno;
  // A full disk may show only when the last bytes leave the buffer.
  if (file != nullptr && std::fclose(file) != 0 && written) {
    written = false;
    reason = errno;
  }
  if (!written) return Error{ErrorCode::kUnavailable, "cannot write " + path + ": " + std::strerror(reason)};
  return {};
}

}  // namespace sotto::tools
