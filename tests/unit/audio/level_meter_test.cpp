#include "media/audio/level_meter.hpp"

#include <gtest/gtest.h>

#include <array>

#include "media/device/test_sound.hpp"

namespace sotto::media {
namespace {

std::array<int16_t, kAudioBlockSamples> constant(int16_t value) {
  std::array<int16_t, kAudioBlockSamples> block;
  block.fill(value);
  return block;
}

TEST(LevelMeter, ShowsAFullSineThreeDecibelsBelowFullScale) {
  LevelMeter meter;
  TestTone tone(1000, 32767);
  std::array<int16_t, kAudioBlockSamples> block;
  for (int i = 0; i < 100; ++i) {
    tone.next(block);
    meter.add(block);
  }
  EXPECT_NEAR(meter.dbfs(), -3.01, 0.05);
}

TEST(LevelMeter, ShowsSilenceAtTheBottomOfItsScale) {
  LevelMeter meter;
  EXPECT_EQ(meter.dbfs(), LevelMeter::kSilence);
  meter.add(constant(0));
  EXPECT_EQ(meter.dbfs(), LevelMeter::kSilence);
}

TEST(LevelMeter, FollowsWithinAnEighthOfASecond) {
  LevelMeter meter;
  for (int i = 0; i < 13; ++i) meter.add(constant(3277));
  EXPECT_NEAR(meter.dbfs(), -20, 2.1) << "two thirds of the power are there";
  for (int i = 0; i < 100; ++i) meter.add(constant(0));
  EXPECT_NEAR(meter.dbfs(), -56.6, 1) << "35 dB a second";
}

TEST(LevelMeter, IsSilentAtOnceWhenItIsCleared) {
  LevelMeter meter;
  meter.add(constant(20000));
  meter.clear();
  EXPECT_EQ(meter.dbfs(), LevelMeter::kSilence);
}

}  // namespace
}  // namespace sotto::media
