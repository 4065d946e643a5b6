#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace sotto::tools {

/// Cuts what comes from a file descriptor into lines. One thread.
class LineReader {
 public:
  static constexpr size_t kMaxLine = 1 << 20;  ///< bytes; a longer line ends the input

  /// Does not own `descriptor`.
  explicit LineReader(int descriptor) : descriptor_(descriptor) {}

  /// Waits for the next line; it comes without its end. Nothing at the end of the input.
  std::optional<std::string> next();

  /// Reads once, which waits only if nothing is there. False at the end of the input.
  bool read_more();
  /// A line that was read already. What stands behind the last line end counts as a line once the input has ended.
  std::optional<std::string> take();

 private:
  int descriptor_;
  std::string buffer_;
  size_t searched_ = 0;
  bool ended_ = false;
};

}  // namespace sotto::tools
