// What is heard of a call on bad paths: from microphone to loudspeaker, with real codecs and a modelled picture beside
// it.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "simulated_call.hpp"

namespace sotto::simulation {
namespace {

constexpr uint64_t kSeeds[] = {11, 12};

CallRecord hear(const char* network, uint64_t seed, bool pictures, Duration length = 20s) {
  return simulate({.network = network, .length = length, .seed = seed, .pictures = pictures, .hears = Duration(4ms)});
}

struct Loss {
  const char* network;
  bool pictures;
  double concealed;  ///< at the most, part of all
  Duration ear;      ///< from mouth to ear at the most, the median
  double copies;     ///< at the most, on average
};
void PrintTo(const Loss& loss, std::ostream* out) { *out << loss.network << (loss.pictures ? "" : ", sound alone"); }

class SoundUnderLoss : public ::testing::TestWithParam<Loss> {};
INSTANTIATE_TEST_SUITE_P(Paths, SoundUnderLoss,
                         ::testing::Values(Loss{"delay=25ms", true, 0.002, 73ms, 0.1},
                                           Loss{"delay=25ms,loss=10%", true, 0.025, 90ms, 1.3},
                                           Loss{"delay=25ms,loss=10%", false, 0.03, 90ms, 1.3},
                                           Loss{"delay=25ms,loss=30%", true, 0.07, 125ms, 2.6},
                                           Loss{"delay=25ms,loss=30%", false, 0.07, 115ms, 2.6}));

TEST_P(SoundUnderLoss, IsHeardSoonAndNearlyWhole) {
  for (const uint64_t seed : kSeeds) {
    const CallRecord call = hear(GetParam().network, seed, GetParam().pictures);
    EXPECT_LE(call.sound.concealed(), GetParam().concealed) << seed;
    EXPECT_LE(call.sound.quality(0s, 20s).delay_p50, GetParam().ear) << seed;
    EXPECT_LE(call.mean_audio_copies(), GetParam().copies) << seed;
  }
}

// After a spike the delay falls within ten seconds; that it is long until then is bounded as well.
TEST(Sound, IsCloseAgainWithinTenSecondsAfterTheLinkFellToAFifth) {
  std::vector<Duration> late;
  for (uint64_t seed = 11; seed <= 15; ++seed) {
    const CallRecord call = hear("delay=25ms,rate=2.5M; 10s: rate=500k", seed, true, 24s);
    EXPECT_LE(call.sound.quality(13s, 20s).delay_p95, 220ms) << seed;
    late.push_back(call.sound.quality(20s, 24s).delay_p95);
  }
  std::sort(late.begin(), late.end());
  EXPECT_LE(late[2], 135ms) << "in the middle";
  EXPECT_LE(late[4], 150ms) << "at the worst";
}

}  // namespace
}  // namespace sotto::simulation
