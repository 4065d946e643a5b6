#pragma once

#include <chrono>
#include <ctime>

#include "base/assert.hpp"

namespace sotto::tools {

/// Time that a processor has spent for somebody.
using CpuTime = std::chrono::nanoseconds;

inline CpuTime read_cpu_clock(clockid_t clock) {
  timespec time{};
  SOTTO_ASSERT(clock_gettime(clock, &time) == 0);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// Of the calling thread, system calls included.
inline CpuTime thread_cpu_time() { return read_cpu_clock(CLOCK_THREAD_CPUTIME_ID); }
/// Of all threads of this process, those that have ended included.
inline CpuTime process_cpu_time() { return read_cpu_clock(CLOCK_PROCESS_CPUTIME_ID); }

}  // namespace sotto::tools
