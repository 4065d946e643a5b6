#include "tools/demo/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern "C" {
#include <sys/pidfd.h>  // glibc 2.36 forgot to say so itself
}

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

namespace sotto::tools {
namespace {

void close_descriptor(int descriptor) {
  if (descriptor >= 0) (void)::close(descriptor);
}

/// A pipe that closes itself; what is kept is taken out.
struct Pipe {
  std::array<int, 2> ends{-1, -1};
  Pipe() = default;
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    for (const int end : ends) close_descriptor(end);
  }
  bool open() { return ::pipe2(ends.data(), O_CLOEXEC) == 0; }
  int reader() const { return ends[0]; }
  int writer() const { return ends[1]; }
  int take_reader() { return std::exchange(ends[0], -1); }
  int take_writer() { return std::exchange(ends[1], -1); }
};

ChildProcess::End end_of(int status) {
  if (WIFEXITED(status)) return {WEXITSTATUS(status) == 0, "exit code " + std::to_string(WEXITSTATUS(status))};
  const int signal = WTERMSIG(status);
  return {false, "signal " + std::to_string(signal) + " (" + ::strsignal(signal) + ")"};
}

}  // namespace

Result<ChildProcess> ChildProcess::start(const std::vector<std::string>& command, const std::string& error_file) {
  Pipe in, out;
  if (!in.open() || !out.open()) return Error{ErrorCode::kUnavailable, std::strerror(errno)};

  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, in.reader(), STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, out.writer(), STDOUT_FILENO);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, error_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  // With no signal blocked, whatever is blocked here.
  sigset_t none;
  ::sigemptyset(&none);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  pid_t id = -1;
  const int failed = ::posix_spawn(&id, arguments[0], &actions, &attributes, arguments.data(), environ);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return Error{ErrorCode::kUnavailable, "cannot start " + command[0] + ": " + std::strerror(failed)};
  return ChildProcess(id, in.take_writer(), out.take_reader());
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : id_(other.id_),
      input_(std::exchange(other.input_, -1)),
      output_(std::exchange(other.output_, -1)),
      reaped_(std::exchange(other.reaped_, true)),
      end_(std::move(other.end_)) {}

ChildProcess::~ChildProcess() {
  (void)wait(0ms);
  close_descriptor(input_);
  close_descriptor(output_);
}

ChildProcess::End ChildProcess::wait(Duration patience) {
  if (reaped_) return end_;
  const Timestamp give_up = monotonic_now() + patience;
  // A descriptor of the process becomes readable when it ends; waiting for SIGCHLD would touch the whole program.
  const int descriptor = ::pidfd_open(id_, 0);
  pollfd ended{descriptor, POLLIN, 0};
  int ready = 0;
  do {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(give_up - monotonic_now());
    ready = descriptor < 0 ? 0 : ::poll(&ended, 1, static_cast<int>(std::max<int64_t>(0, left.count())));
  } while (ready < 0 && errno == EINTR);
  close_descriptor(descriptor);
  if (ready <= 0) (void)::kill(id_, SIGKILL);

  int status = 0;
  while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
  }
  reaped_ = true;
  end_ = end_of(status);
  if (ready <= 0) end_.words = "did not end by itself and was killed";
  return end_;
}

}  // namespace sotto::tools
