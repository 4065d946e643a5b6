#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

namespace sotto::simulation {

/// For a property that a call with some seed has broken: how to see that call again, packet by packet.
inline std::string replay(uint64_t seed) {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  return std::string("replay: SOTTO_SEED=") + std::to_string(seed) +
         " SOTTO_TRACE=1 test_simulation_calls --gtest_filter=" + test->test_suite_name() + "." + test->name();
}

/// The seeds to try: from 1 on, or the one of SOTTO_SEED alone.
struct Seeds {
  explicit Seeds(uint64_t count) {
    if (const char* chosen = std::getenv("SOTTO_SEED")) {
      first = std::strtoull(chosen, nullptr, 10);
      last = first;
    } else {
      last = count;
    }
  }
  uint64_t first = 1;
  uint64_t last;
};

/// Where the packets of a call that is replayed are listed.
inline std::FILE* trace() { return std::getenv("SOTTO_TRACE") != nullptr ? stderr : nullptr; }

}  // namespace sotto::simulation
