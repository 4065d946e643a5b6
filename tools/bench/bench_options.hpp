#pragma once

#include <string>

#include "tools/bench/report.hpp"
#include "tools/command.hpp"

namespace sotto::tools {

/// What all benchmarks are told.
struct BenchOptions {
  int rounds = 1;
  bool json = false;
};

/// Declares --rounds, with its default as `options` has it, and --json.
void add_bench_options(CLI::App& command, BenchOptions& options);

/// Says on standard error how far a benchmark is, if that is a terminal: nothing stays on it.
class Progress {
 public:
  explicit Progress(const char* bench);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(const std::string& what);
  /// "round 3 of 51"
  void show_round(int round, int rounds);

 private:
  const char* const bench_;
  const bool terminal_;
};

/// To standard output: the machine and a table, or one JSON object. Returns the exit code.
int print(const BenchReport& report, const BenchOptions& options);

}  // namespace sotto::tools
