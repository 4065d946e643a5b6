#include "transport/recovery/fec_code.hpp"

#include <array>
#include <bit>

#include "base/assert.hpp"

namespace sotto::transport {
namespace {

// Primitive polynomials over GF(2), by degree: their powers of x go through all sets, and neighbours differ.
constexpr std::array<uint32_t, FecCode::kMostSums + 1> kPrimitive = {0,    0x3,   0x7,   0xb,   0x13,  0x25,  0x43,
                                                                     0x83, 0x11d, 0x211, 0x409, 0x805, 0x1053};

// The most packets in a group, and so the most sets that are ever needed.
constexpr size_t kMostSets = 48;

/// In this order sets are used.
int rank(uint16_t set) {
  const int sums = std::popcount(set);
  if (sums == 1) return 2;  // the same as a sum that is lost
  return sums % 2 == 1 ? 0 : 1;
}

}  // namespace

FecCode::FecCode(int sums) {
  SOTTO_ASSERT(sums >= 1 && sums <= kMostSums);
  const uint32_t polynomial = kPrimitive[static_cast<size_t>(sums)];
  const uint32_t overflow = 1u << sums;
  for (const int wanted : {0, 1, 2}) {
    uint32_t set = 1;
    do {
      if (rank(static_cast<uint16_t>(set)) == wanted) sets_.push_back(static_cast<uint16_t>(set));
      set <<= 1;
      if ((set & overflow) != 0) set ^= polynomial;
    } while (set != 1 && sets_.size() < kMostSets);
  }
}

}  // namespace sotto::transport
