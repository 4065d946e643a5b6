#include "media/audio/processing/device_clock.hpp"

#include <gtest/gtest.h>

namespace sotto::media {
namespace {

const Timestamp kStart{1000s};

/// The moment of block `number` of a clock that runs so much faster than nominal.
Timestamp tick(int64_t number, double ppm) {
  return kStart + Duration(static_cast<int64_t>(static_cast<double>(number) * 1e4 / (1 + ppm * 1e-6)));
}

TEST(DeviceClock, KnowsNothingAtFirst) {
  DeviceClock clock;
  clock.on_block(kStart);
  EXPECT_FALSE(clock.rate());
}

TEST(DeviceClock, FindsTheRateOfASteadyCardWithinSeconds) {
  for (const double ppm : {-100.0, 0.0, 250.0}) {
    DeviceClock clock;
    for (int i = 0; i < 300; ++i) clock.on_block(tick(i, ppm));
    ASSERT_TRUE(clock.rate());
    EXPECT_NEAR(clock.rate()->ppm, ppm, 3);
  }
}

TEST(DeviceClock, SaysHowFarItMayBeWrongWhenBlocksComeLate) {
  DeviceClock clock;
  uint32_t chance = 1;
  for (int i = 0; i < 6000; ++i) {
    chance = chance * 1664525 + 1013904223;
    clock.on_block(tick(i, 80) + Duration(chance >> 20));  // up to 4 ms
  }
  ASSERT_TRUE(clock.rate());
  EXPECT_NEAR(clock.rate()->ppm, 80, 3 * clock.rate()->error);
  EXPECT_LT(clock.rate()->error, 2);
}

TEST(DeviceClock, IsNotMisledByBlocksThatComeInPairs) {
  DeviceClock clock;
  for (int i = 0; i < 1000; ++i) clock.on_block(tick(i / 2 * 2 + 1, 0));
  ASSERT_TRUE(clock.rate());
  EXPECT_NEAR(clock.rate()->ppm, 0, 1);
}

TEST(DeviceClock, NoticesWhatADeviceLeavesOut) {
  DeviceClock clock;
  for (int i = 0; i < 200; ++i) EXPECT_EQ(clock.on_block(tick(i, 0)), 0ms);
  EXPECT_EQ(clock.on_block(tick(225, 0)), 250ms);
  EXPECT_EQ(clock.on_block(tick(226, 0)), 0ms);
}

TEST(DeviceClock, TakesAThreadThatWasHeldUpForNoHole) {
  DeviceClock clock;
  for (int i = 0; i < 200; ++i) clock.on_block(tick(i, 0));
  for (int i = 200; i < 209; ++i) EXPECT_EQ(clock.on_block(tick(209, 0)), 0ms);
}

TEST(DeviceClock, FollowsADriftingCardForHoursWithoutAHole) {
  DeviceClock clock;
  Duration left_out{};
  for (int i = 0; i < 2 * 3600 * 100; ++i) left_out += clock.on_block(tick(i, -300));
  EXPECT_EQ(left_out, 0ms);
  EXPECT_NEAR(clock.rate()->ppm, -300, 1);
}

}  // namespace
}  // namespace sotto::media
