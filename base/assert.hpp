#pragma once

#include <cstdio>
#include <cstdlib>

/// Holds in every build. For what a bug alone can break; what the world can break is a Result.
#define SOTTO_ASSERT(condition)                                                              \
  do {                                                                                       \
    if (!(condition)) [[unlikely]] {                                                         \
      std::fprintf(stderr, "%s:%d: assertion failed: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                          \
    }                                                                                        \
  } while (false)
