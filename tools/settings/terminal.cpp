#include "tools/settings/terminal.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <utility>

#include "tools/settings/secret_line.hpp"

namespace sotto::tools {
namespace {

constexpr size_t kMaxAnswer = 4096;

/// Keys come one by one and are not shown, until this goes. Ctrl-C is a key like others: it must not end the process
/// while the terminal is like this.
class Unseen {
 public:
  explicit Unseen(int file) : file_(file) {
    if (::tcgetattr(file_, &before_) != 0) return;
    termios now = before_;
    now.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHOE | ECHOK | ECHONL | ICANON | ISIG | IEXTEN);
    now.c_cc[VMIN] = 1;
    now.c_cc[VTIME] = 0;
    changed_ = ::tcsetattr(file_, TCSAFLUSH, &now) == 0;
  }
  ~Unseen() {
    if (changed_) ::tcsetattr(file_, TCSAFLUSH, &before_);
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;

  bool works() const { return changed_; }

 private:
  int file_;
  termios before_{};
  bool changed_ = false;
};

std::optional<uint8_t> read_key(int file) {
  uint8_t key = 0;
  ssize_t got = 0;
  do got = ::read(file, &key, 1);
  while (got < 0 && errno == EINTR);
  return got == 1 ? std::optional(key) : std::nullopt;
}

}  // namespace

Result<Terminal> Terminal::open() {
  const int file = ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (file < 0) return Error{ErrorCode::kUnavailable, "There is no terminal to ask on."};
  return Terminal(file);
}

Terminal::Terminal(Terminal&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

Terminal::~Terminal() {
  if (file_ >= 0) ::close(file_);
}

Result<SecretBytes> Terminal::ask_secret(std::string_view prompt) {
  const Unseen unseen(file_);
  if (!unseen.works()) return Error{ErrorCode::kUnavailable, "The terminal cannot hide what is typed."};
  say(prompt);
  SecretLine line;
  while (const std::optional<uint8_t> key = read_key(file_)) {
    const SecretLine::State state = line.type(*key);
    if (state == SecretLine::State::kTyping) continue;
    say("\n");
    if (state == SecretLine::State::kDone) return line.take();
    break;
  }
  return Error{ErrorCode::kRefused, "Cancelled."};
}

Result<std::string> Terminal::ask(std::string_view question) {
  ::tcflush(file_, TCIFLUSH);
  say(question);
  std::string answer;
  while (const std::optional<uint8_t> key = read_key(file_)) {
    if (*key == '\n') return answer;
    if (answer.size() < kMaxAnswer) answer.push_back(static_cast<char>(*key));
  }
  return Error{ErrorCode::kRefused, "Cancelled."};
}

bool Terminal::ask_yes_no(std::string_view question) {
  const Result<std::string> answer = ask(question);
  return answer && !answer->empty() && ((*answer)[0] == 'y' || (*answer)[0] == 'Y');
}

void Terminal::say(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace sotto::tools
