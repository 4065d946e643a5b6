#pragma once

#include <cstdint>

namespace sotto::media {

/// Numbers by lot for made-up media (splitmix64): the same for the same seed, on every machine. One thread.
class TestRandom {
 public:
  explicit TestRandom(uint64_t seed) : state_(seed) {}

  /// Evenly from 0 to below 1.
  double uniform() { return static_cast<double>(next() >> 11) / 9007199254740992.0; }  // 2^53
  /// Evenly from -1 to below 1.
  double symmetric() { return static_cast<double>(next() >> 11) / 4503599627370496.0 - 1; }  // 2^52

 private:
  uint64_t next() {
    state_ += 0x9E3779B97F4A7C15;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }

  uint64_t state_;
};

}  // namespace sotto::media
