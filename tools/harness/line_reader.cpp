#include "tools/harness/line_reader.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace sotto::tools {

std::optional<std::string> LineReader::next() {
  while (true) {
    if (std::optional<std::string> line = take()) return line;
    if (!read_more()) return take();
  }
}

bool LineReader::read_more() {
  if (ended_) return false;
  std::array<char, 16384> chunk;
  const ssize_t count = ::read(descriptor_, chunk.data(), chunk.size());
  if (count > 0) {
    buffer_.append(chunk.data(), static_cast<size_t>(count));
    if (buffer_.size() > kMaxLine && buffer_.find('\n', searched_) == std::string::npos) {
      buffer_.clear();
      ended_ = true;
    }
  } else if (count == 0 || errno != EINTR) {
    ended_ = true;
  }
  return !ended_;
}

std::optional<std::string> LineReader::take() {
  const size_t end = buffer_.find('\n', searched_);
  if (end != std::string::npos) {
    std::string line = buffer_.substr(0, end);
    buffer_.erase(0, end + 1);
    searched_ = 0;
    return line;
  }
  searched_ = buffer_.size();
  if (!ended_ || buffer_.empty()) return std::nullopt;
  searched_ = 0;
  return std::exchange(buffer_, {});
}

}  // namespace sotto::tools
