#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.hpp"

namespace sotto {

/// Where random bytes come from: the system's generator in production, a seeded one in tests and simulations.
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  virtual void fill(MutableByteView out) = 0;

  template <size_t N>
  std::array<uint8_t, N> bytes() {
    std::array<uint8_t, N> out;
    fill(out);
    return out;
  }
  uint32_t u32() { return static_cast<uint32_t>(u64()); }
  uint64_t u64() {
    uint64_t value = 0;
    for (const uint8_t byte : bytes<8>()) value = value << 8 | byte;
    return value;
  }
};

/// OpenSSL's generator for private values. A generator that fails ends the process: nothing is safe after that.
/// Any thread.
RandomSource& system_random();

/// The same bytes for the same seed (splitmix64). For tests and simulations only; one thread.
class SeededRandom : public RandomSource {
 public:
  explicit SeededRandom(uint64_t seed) : state_(seed) {}
  void fill(MutableByteView out) override;

 private:
  uint64_t next();
  uint64_t state_;
};

}  // namespace sotto
