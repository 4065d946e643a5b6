#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <string>
#include <vector>

#include "base/safe_file.hpp"

namespace sotto {

/// The system, until one of its calls: there it fails, or the process is killed before, in the middle of or after it.
class FailingFileSystem : public FileSystem {
 public:
  enum class End { kNone, kFail, kDieBefore, kDieHalfWritten, kDieAfter };

  FailingFileSystem() = default;
  FailingFileSystem(int step, End end, int error = EIO) : step_(step), end_(end), error_(error) {}

  /// What was asked of it.
  const std::vector<std::string>& calls() const { return calls_; }

  int open(const char* path, int flags, mode_t mode) override {
    return call<int>("open", [&] { return FileSystem::open(path, flags, mode); });
  }
  ssize_t write(int descriptor, const uint8_t* data, size_t size) override {
    // A disk that is full takes some of it first.
    const bool half = next_is_the_one() && (end_ == End::kDieHalfWritten || end_ == End::kFail);
    if (half) FileSystem::write(descriptor, data, size / 2);
    return call<ssize_t>("write", [&] { return FileSystem::write(descriptor, data, size); });
  }
  int fsync(int descriptor) override {
    return call<int>("fsync", [&] { return FileSystem::fsync(descriptor); });
  }
  int close(int descriptor) override {
    // One that fails has closed all the same (Linux).
    const bool fails = next_is_the_one() && end_ == End::kFail;
    if (fails) FileSystem::close(descriptor);
    return call<int>("close", [&] { return FileSystem::close(descriptor); });
  }
  int rename(const char* from, const char* to) override {
    return call<int>("rename", [&] { return FileSystem::rename(from, to); });
  }
  int link(const char* from, const char* to) override {
    return call<int>("link", [&] { return FileSystem::link(from, to); });
  }
  int unlink(const char* path) override {
    return call<int>("unlink", [&] { return FileSystem::unlink(path); });
  }

 private:
  bool next_is_the_one() const { return static_cast<int>(calls_.size()) == step_; }

  template <typename T>
  T call(const char* name, const std::function<T()>& ask_the_system) {
    const bool now = next_is_the_one();
    calls_.emplace_back(name);
    if (now && (end_ == End::kDieBefore || end_ == End::kDieHalfWritten)) ::kill(::getpid(), SIGKILL);
    if (now && end_ == End::kFail) {
      errno = error_;
      return -1;
    }
    const T answer = ask_the_system();
    if (now && end_ == End::kDieAfter) ::kill(::getpid(), SIGKILL);
    return answer;
  }

  const int step_ = -1;
  const End end_ = End::kNone;
  const int error_ = 0;
  std::vector<std::string> calls_;
};

/// Runs it in a process of its own. Whether that was killed.
inline bool killed_in(const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    work();
    ::_exit(0);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status);
}

}  // namespace sotto
