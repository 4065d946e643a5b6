#pragma once

#include <cstddef>

namespace sotto {

/// Counts what this test program takes from operator new, which it replaces, while it is enabled.
struct AllocationCounter {
  static void enable(bool enabled);
  static size_t count();
};

}  // namespace sotto
