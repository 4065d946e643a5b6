#pragma once

#include <cstdint>

#include "base/secret_bytes.hpp"

namespace sotto::tools {

/// A line that is typed without being shown, in memory that is wiped and never moves while it grows.
class SecretLine {
 public:
  static constexpr size_t kMaxSize = 1024;

  enum class State { kTyping, kDone, kCancelled };

  /// The next byte from the keyboard: backspace takes the last character away (UTF-8), Ctrl-U all; return or Ctrl-D
  /// after text ends the line; Ctrl-C, or Ctrl-D at the beginning, cancels it. What no longer fits is refused with
  /// kCancelled.
  State type(uint8_t byte);

  /// What was typed; it is empty here then.
  SecretBytes take();

 private:
  void erase_last();

  SecretBytes buffer_ = SecretBytes(kMaxSize);
  size_t size_ = 0;
};

}  // namespace sotto::tools
