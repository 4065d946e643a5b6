#include "transport/recovery/fec_strength.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/random.hpp"
#include "transport/recovery/fec_code.hpp"

namespace sotto::transport {
namespace {

/// Whether sets are independent (over GF(2)), so that what is missing can be worked out.
bool independent(std::vector<uint16_t> sets) {
  for (size_t i = 0; i < sets.size(); ++i) {
    if (sets[i] == 0) return false;
    const auto lowest = static_cast<uint16_t>(sets[i] & -sets[i]);
    for (size_t j = i + 1; j < sets.size(); ++j) {
      if ((sets[j] & lowest) != 0) sets[j] = static_cast<uint16_t>(sets[j] ^ sets[i]);
    }
  }
  return true;
}

/// What really stays unsolved, of so many groups whose losses are drawn.
double measured(int packets, int sums, double loss, int groups) {
  SeededRandom random(1);
  const auto lost = [&] { return static_cast<double>(random.u64() >> 11) * 0x1.0p-53 < loss; };
  const FecCode code(sums);
  int unsolved = 0;
  for (int group = 0; group < groups; ++group) {
    uint16_t came = 0;
    for (int sum = 0; sum < sums; ++sum) came = static_cast<uint16_t>(came | (lost() ? 0 : 1 << sum));
    std::vector<uint16_t> missing;
    for (int packet = 0; packet < packets; ++packet) {
      if (lost()) missing.push_back(code.sums_of(packet) & came);
    }
    unsolved += independent(std::move(missing)) ? 0 : 1;
  }
  return static_cast<double>(unsolved) / groups;
}

// Where much is lost, few large sets of sums would do better than the many small ones that the code chooses.
TEST(FecStrength, IsAboutWhatTheCodeDoes) {
  constexpr int kGroups = 20'000;
  for (const int packets : {2, 4, 9, 16, 24}) {
    for (const int sums : {1, 2, 3, 4, 6, 9, 12}) {
      for (const double loss : {0.02, 0.1, 0.3}) {
        const double real = measured(packets, sums, loss, kGroups);
        const double chance = 4 * std::sqrt(real / kGroups) + 3.0 / kGroups;
        const double estimate = unsolved_part(static_cast<size_t>(packets), sums, loss);
        EXPECT_GE(estimate, (loss > 0.1 ? 0.25 : 0.85) * real - chance)
            << packets << " packets, " << sums << " sums, loss " << loss;
        EXPECT_LE(estimate, 2 * real + chance) << packets << " packets, " << sums << " sums, loss " << loss;
      }
    }
  }
}

TEST(FecStrength, OfNoSumsIsThatNothingIsLost) {
  EXPECT_NEAR(unsolved_part(10, 0, 0.1), 1 - std::pow(0.9, 10), 1e-12);
  EXPECT_EQ(unsolved_part(10, 3, 0), 0);
  EXPECT_EQ(unsolved_part(10, 3, 1), 1);
}

TEST(FecStrength, NeedsMoreSumsForMoreLossAndForLessDoubt) {
  EXPECT_EQ(sums_needed(10, 0, 0.003), 0);
  EXPECT_EQ(sums_needed(1, 0.02, 0.003), 1);
  EXPECT_EQ(sums_needed(10, 0.02, 0.05), 1);
  EXPECT_GT(sums_needed(10, 0.02, 0.003), 1);
  EXPECT_GT(sums_needed(10, 0.1, 0.003), sums_needed(10, 0.02, 0.003));
  EXPECT_EQ(sums_needed(24, 0.5, 0.001), FecCode::kMostSums);
}

}  // namespace
}  // namespace sotto::transport
