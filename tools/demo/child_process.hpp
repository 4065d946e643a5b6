#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include <sotto/result.hpp>
#include <sotto/time.hpp>

namespace sotto::tools {

/// Another process whose standard input and output are pipes to this one. One thread.
class ChildProcess {
 public:
  /// How a process ended.
  struct End {
    bool clean = false;  ///< by itself, with exit code 0
    std::string words;   ///< "exit code 1", "signal 11 (Segmentation fault)", ..
  };

  /// Starts `command` (a program's path and its arguments) with standard error into a file.
  static Result<ChildProcess> start(const std::vector<std::string>& command, const std::string& error_file);

  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  /// Ends the process at once if it is still there.
  ~ChildProcess();

  pid_t id() const { return id_; }
  int input() const { return input_; }    ///< descriptor to write to
  int output() const { return output_; }  ///< descriptor to read from

  /// Waits for its end; a process that is not gone by then is killed.
  End wait(Duration patience);

 private:
  ChildProcess(pid_t id, int input, int output) : id_(id), input_(input), output_(output) {}

  pid_t id_;
  int input_;
  int output_;
  bool reaped_ = false;
  End end_;
};

}  // namespace sotto::tools
