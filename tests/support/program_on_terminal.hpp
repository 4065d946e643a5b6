#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <vector>

namespace sotto {

/// A program with a terminal of its own, and a person in front of it who waits for words and types lines.
class ProgramOnTerminal {
 public:
  static constexpr std::string_view kCtrlC = "\x03";

  /// Starts `command`, a program's path and its arguments.
  explicit ProgramOnTerminal(std::vector<std::string> command) {
    std::vector<char*> arguments;
    for (std::string& argument : command) arguments.push_back(argument.data());
    arguments.push_back(nullptr);
    process_ = ::forkpty(&terminal_, nullptr, nullptr, nullptr);
    if (process_ == 0) {
      ::execv(arguments[0], arguments.data());
      ::_exit(127);
    }
    EXPECT_GT(process_, 0);
  }
  ~ProgramOnTerminal() {
    if (process_ > 0) {
      ::kill(process_, SIGKILL);
      reap();
    }
    ::close(terminal_);
  }
  ProgramOnTerminal(const ProgramOnTerminal&) = delete;
  ProgramOnTerminal& operator=(const ProgramOnTerminal&) = delete;

  /// Waits until `text` is shown, behind what was waited for before. False if the program ends without it, or says
  /// nothing for so long that it hangs.
  bool shows(std::string_view text) {
    size_t at = std::string::npos;
    while ((at = screen_.find(text, read_to_)) == std::string::npos) {
      if (!read_more()) return false;
    }
    read_to_ = at + text.size();
    return true;
  }
  void type(std::string_view keys) {
    EXPECT_EQ(::write(terminal_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
  }
  void type_line(const std::string& line) { type(line + "\n"); }

  /// Reads the rest; the exit code, or -1 if it was killed or hangs.
  int wait() {
    while (read_more()) {
    }
    if (hangs_) ::kill(process_, SIGKILL);
    const int status = reap();
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  /// Everything that was shown so far, what was typed too unless it was hidden. Lines end in \n.
  const std::string& screen() const { return screen_; }

 private:
  // Longer than anything takes that a person would wait for.
  static constexpr int kGuardMilliseconds = 120'000;

  bool read_more() {
    pollfd waited{terminal_, POLLIN, 0};
    int ready = 0;
    do ready = ::poll(&waited, 1, kGuardMilliseconds);
    while (ready < 0 && errno == EINTR);
    hangs_ = ready == 0;
    char bytes[4096];
    // EIO: nobody has the other side open any more.
    const ssize_t size = ready > 0 ? ::read(terminal_, bytes, sizeof bytes) : 0;
    for (ssize_t i = 0; i < size; ++i) {
      if (bytes[i] != '\r') screen_ += bytes[i];
    }
    return size > 0;
  }
  int reap() {
    int status = 0;
    while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
    process_ = -1;
    return status;
  }

  pid_t process_ = -1;
  int terminal_ = -1;
  bool hangs_ = false;
  size_t read_to_ = 0;
  std::string screen_;
};

}  // namespace sotto
