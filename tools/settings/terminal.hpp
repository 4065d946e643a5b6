#pragma once

#include <string>
#include <string_view>

#include <sotto/result.hpp>
#include "base/secret_bytes.hpp"

namespace sotto::tools {

/// The user at the terminal of this process, which is there or not, whatever standard input and output are.
class Terminal {
 public:
  /// kUnavailable if there is nobody to ask.
  static Result<Terminal> open();
  Terminal(Terminal&& other) noexcept;
  Terminal& operator=(Terminal&&) = delete;
  ~Terminal();

  /// Shows the prompt and reads a line that is not shown. kRefused if the user cancels.
  Result<SecretBytes> ask_secret(std::string_view prompt);
  /// Shows the question and reads a line; what was typed before is no answer. kRefused at the end of input.
  Result<std::string> ask(std::string_view question);
  /// True for an answer that begins with y or Y.
  bool ask_yes_no(std::string_view question);
  void say(std::string_view text);

 private:
  explicit Terminal(int file) : file_(file) {}
  int file_;
};

}  // namespace sotto::tools
