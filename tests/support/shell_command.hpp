#pragma once

#include <sys/wait.h>

#include <cstdio>
#include <string>

namespace sotto {

/// How a command of the shell ended, and what it wrote to standard output.
struct ShellOutcome {
  int code = -1;  ///< -1: it did not start, or did not end by itself
  std::string text;
};

/// Runs `command` and waits for its end.
inline ShellOutcome run_in_shell(const std::string& command) {
  ShellOutcome outcome;
  FILE* const pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return outcome;
  char buffer[4096];
  while (const size_t got = std::fread(buffer, 1, sizeof buffer, pipe)) outcome.text.append(buffer, got);
  const int status = ::pclose(pipe);
  if (WIFEXITED(status)) outcome.code = WEXITSTATUS(status);
  return outcome;
}

}  // namespace sotto
