#include "base/random.hpp"

#include <openssl/rand.h>

#include "base/assert.hpp"

namespace sotto {
namespace {

class SystemRandom : public RandomSource {
 public:
  void fill(MutableByteView out) override {
    SOTTO_ASSERT(RAND_priv_bytes(out.data(), static_cast<int>(out.size())) == 1);
  }
};

}  // namespace

RandomSource& system_random() {
  static SystemRandom random;
  return random;
}

void SeededRandom::fill(MutableByteView out) {
  uint64_t word = 0;
  for (size_t i = 0; i < out.size(); ++i) {
    if (i % 8 == 0) word = next();
    out[i] = static_cast<uint8_t>(word >> (8 * (i % 8)));
  }
}

uint64_t SeededRandom::next() {
  uint64_t word = state_ += 0x9e3779b97f4a7c15;
  word = (word ^ word >> 30) * 0xbf58476d1ce4e5b9;
  word = (word ^ word >> 27) * 0x94d049bb133111eb;
  return word ^ word >> 31;
}

}  // namespace sotto
