#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "tools/bench/cpu_clock.hpp"

namespace sotto::tools {

/// One of several things that are measured side by side.
struct Contestant {
  size_t operations = 1;          ///< that one run does
  std::function<void()> prepare;  ///< before each run, not timed; may be empty
  std::function<void()> run;
};

struct InterleavedRounds {
  int rounds = 1;
  int runs = 1;                             ///< of each contestant in each round
  std::function<void(int round)> on_round;  ///< after each, from 1; may be empty
  CpuTime (*clock)() = thread_cpu_time;     ///< contestants work on the calling thread
};

/// Lets all contestants run in turn, A B C A B C, so that whatever slows the machine down for a while slows them all
/// down. A round before the first, which finds the caches cold, is not counted. Returns nanoseconds an operation, for
/// each contestant and round.
std::vector<std::vector<double>> run_interleaved(std::span<const Contestant> contestants,
                                                 const InterleavedRounds& settings);

}  // namespace sotto::tools
