#include "tools/identity/recovery_paper.hpp"

#include <unistd.h>

#include <cctype>
#include <cstdio>
#include <string_view>
#include <utility>

#include "base/secret.hpp"
#include "tools/identity/identity_text.hpp"
#include "tools/settings/passphrase.hpp"
#include "tools/settings/private_file.hpp"
#include "tools/settings/terminal.hpp"

namespace sotto::tools {
namespace {

constexpr int kTries = 3;

/// A text that is wiped when it goes.
struct SecretText {
  explicit SecretText(std::string content) : text(std::move(content)) {}
  SecretText(const SecretText&) = delete;
  SecretText& operator=(const SecretText&) = delete;
  ~SecretText() { wipe({reinterpret_cast<uint8_t*>(text.data()), text.size()}); }
  std::string text;
};

Result<void> show_until_written_down(Terminal& terminal, const SecretText& key) {
  const SecretText shown(describe_recovery_key(key.text));
  terminal.say(shown.text);
  for (int i = 0; i < kTries; ++i) {
    const Result<std::string> typed = terminal.ask("\nWhen it is on paper, type its last group here: ");
    if (!typed) return typed.error();
    if (is_last_group(*typed, key.text)) return {};
    terminal.say("That is not the last group.\n");
  }
  return Error{ErrorCode::kRefused, "The recovery key was not written down: nothing has been made."};
}

}  // namespace

bool is_last_group(std::string_view typed, std::string_view key) {
  std::string group;
  for (const char letter : typed) {
    if (letter == ' ' || letter == '\t' || letter == '\r') continue;
    group += static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  }
  const size_t last = key.find_last_of(" -");
  return last != std::string_view::npos && group == key.substr(last + 1);
}

Result<void> hand_over(const signaling::RecoveryKey& key, const std::string& file) {
  SecretText text(key.to_text());
  if (!file.empty()) {
    const SecretText line(text.text + "\n");
    return write_new_private_file(file, as_bytes(line.text));
  }
  if (::isatty(STDOUT_FILENO) == 1 && ::isatty(STDIN_FILENO) == 1) {
    if (Result<Terminal> terminal = Terminal::open()) return show_until_written_down(*terminal, text);
  }
  const SecretText shown(describe_recovery_key(text.text));
  if (std::fputs(shown.text.c_str(), stdout) < 0 || std::fflush(stdout) != 0) {
    return Error{ErrorCode::kUnavailable, "The recovery key could not be printed: nothing has been made."};
  }
  return {};
}

Result<signaling::RecoveryKey> read_recovery_key(const std::string& file) {
  if (!file.empty()) {
    const Result<SecretBytes> line = read_secret_file(file);
    if (!line) return line.error();
    return signaling::RecoveryKey::parse(as_text(*line));
  }
  Result<Terminal> terminal = Terminal::open();
  if (!terminal) {
    return Error{ErrorCode::kUnavailable, "There is no terminal to ask for the recovery key: use --recovery-file."};
  }
  const Result<SecretBytes> line = terminal->ask_secret("Recovery key: ");
  if (!line) return line.error();
  return signaling::RecoveryKey::parse(as_text(*line));
}

}  // namespace sotto::tools
