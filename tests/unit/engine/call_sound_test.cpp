#include "engine/call_sound.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

namespace sotto::engine {
namespace {

using Block = std::array<int16_t, kAudioBlockSamples>;

class CallSoundTest : public ::testing::Test {
 protected:
  Block capture(int16_t value, bool muted = false) {
    Block block;
    block.fill(value);
    const AudioBlock sent = sound_.capture(block, now_ += 10ms, muted);
    Block copy;
    std::ranges::copy(sent, copy.begin());
    return copy;
  }
  AudioStatistics statistics() const {
    AudioStatistics statistics;
    sound_.add_to(statistics);
    return statistics;
  }

  CallSound sound_{AudioProcessing::none(), nullptr};
  Timestamp now_{1000s};
};

TEST_F(CallSoundTest, LeavesSoundAsItIsWithoutProcessing) {
  Block said;
  said.fill(1234);
  EXPECT_EQ(capture(1234), said);
}

TEST_F(CallSoundTest, PlaysSilenceWhereNothingIsReceived) {
  Block played;
  played.fill(1);
  sound_.play(played, now_);
  EXPECT_EQ(played, Block{});
}

TEST_F(CallSoundTest, FadesToSilenceWhenItIsMuted) {
  capture(10'000);
  const Block faded = capture(0, true);
  EXPECT_NEAR(faded[0], 10'000, 100);
  for (size_t i = 1; i < faded.size(); ++i) EXPECT_LE(std::abs(faded[i] - faded[i - 1]), 60) << "no click";
  EXPECT_EQ(faded.back(), 0);
  EXPECT_EQ(capture(0, true), Block{});
}

TEST_F(CallSoundTest, FadesInAgainTwoBlocksAfterTheSilence) {
  capture(10'000);
  capture(0, true);
  EXPECT_EQ(capture(10'000), Block{});
  EXPECT_EQ(capture(10'000), Block{});
  const Block first = capture(10'000);
  EXPECT_EQ(first[0], 0);
  for (size_t i = 1; i < first.size(); ++i) EXPECT_LE(std::abs(first[i] - first[i - 1]), 60) << "no click";
  EXPECT_EQ(first.back(), 10'000);
}

TEST_F(CallSoundTest, ShowsWhatIsSentOnItsMeter) {
  for (int i = 0; i < 200; ++i) capture(3277);
  EXPECT_NEAR(statistics().sent_level_dbfs, -20, 0.1);
  capture(0, true);
  EXPECT_EQ(statistics().sent_level_dbfs, -127);
  EXPECT_EQ(statistics().received_level_dbfs, -127);
  EXPECT_FALSE(statistics().voice_active);
}

}  // namespace
}  // namespace sotto::engine
