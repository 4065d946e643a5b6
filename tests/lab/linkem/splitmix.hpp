#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace sotto::lab {

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same on every machine.
class SplitMix {
 public:
  explicit SplitMix(uint64_t seed) : state_(seed) {}

  /// From 0 to below 1.
  double uniform() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    z ^= z >> 31;
    return static_cast<double>(z >> 11) * 0x1.0p-53;
  }
  /// Mean 0, standard deviation 1 (Box and Muller).
  double normal() {
    const double radius = std::sqrt(-2 * std::log(1 - uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
  }
  /// Mean 1.
  double exponential() { return -std::log(1 - uniform()); }

 private:
  uint64_t state_;
};

}  // namespace sotto::lab
