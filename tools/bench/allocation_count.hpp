#pragma once

#include <cstdint>

namespace sotto::tools {

/// Counts what this program, all threads of it, takes from operator new. The file beside this one replaces that
/// operator, in programs that link it: those that count. While nothing is counted, it costs a look at a flag. What C
/// libraries take from malloc is theirs, and not counted.
struct AllocationCount {
  static void start();
  static void stop();
  /// While it ran, since the program began.
  static uint64_t total();
};

}  // namespace sotto::tools
