#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "tools/bench/cpu_clock.hpp"

// What this process uses, as the kernel counts it (proc(5)).

namespace sotto::tools {

struct ThreadUsage {
  CpuTime cpu{};
  uint64_t wakeups = 0;  ///< how often it waited and was woken: voluntary context switches
};

/// The threads that live now, those of one name together.
std::map<std::string, ThreadUsage> usage_by_thread_name();

/// What they have used from `before` to `after`. Threads that ended in between are in neither.
std::map<std::string, ThreadUsage> difference(const std::map<std::string, ThreadUsage>& before,
                                              const std::map<std::string, ThreadUsage>& after);

/// Gives threads that are started while it lives this name, at most 15 characters: they inherit that of their maker.
class NameForNewThreads {
 public:
  explicit NameForNewThreads(const char* name);
  ~NameForNewThreads();
  NameForNewThreads(const NameForNewThreads&) = delete;
  NameForNewThreads& operator=(const NameForNewThreads&) = delete;

 private:
  char former_[16] = {};
};

/// Memory in use now, and at the most since forget_peak_memory(), in MB.
double memory_mb();
double peak_memory_mb();
/// Without effect where the kernel does not allow it: the peak is then that of the whole run.
void forget_peak_memory();

/// The number behind `name` ("VmHWM:") in a text of "NAME NUMBER .." lines; zero if there is none.
uint64_t number_in(std::string_view text, std::string_view name);

}  // namespace sotto::tools
