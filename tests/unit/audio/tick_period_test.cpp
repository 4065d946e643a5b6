#include "media/audio/tick_period.hpp"

#include <gtest/gtest.h>

namespace sotto::media {
namespace {

constexpr Timestamp kStart{100s};

/// Asks for `count` blocks at once, each so often, for 10 s.
Duration period_of(int count, Duration every) {
  TickPeriod period;
  for (Timestamp now = kStart; now < kStart + 10s; now += every) {
    for (int block = 0; block < count; ++block) period.on_tick(now + block * 20us);
  }
  return period.get();
}

TEST(TickPeriod, IsABlockBeforeAnythingIsKnown) {
  TickPeriod period;
  EXPECT_EQ(period.get(), 10ms);
  period.on_tick(kStart);
  EXPECT_EQ(period.get(), 10ms);
}

TEST(TickPeriod, IsHowLongASoundCardSleeps) {
  EXPECT_EQ(period_of(1, 10ms), 10ms);
  EXPECT_EQ(period_of(2, 20ms), 20ms);
  EXPECT_EQ(period_of(10, 100ms), 100ms);
  EXPECT_EQ(period_of(2, 21'333us), 20ms) << "1024 samples";
  EXPECT_EQ(period_of(1, 10'667us), 10ms) << "512 samples";
}

TEST(TickPeriod, DoesNotCareThatThreadsAreLate) {
  TickPeriod period;
  for (int tick = 0; tick < 1000; ++tick) period.on_tick(kStart + tick * 10ms + tick % 4 * 2ms);
  EXPECT_EQ(period.get(), 10ms);
  period.on_tick(kStart + 10'080ms);
  EXPECT_LE(period.get(), 20ms) << "once, by 80 ms";
}

TEST(TickPeriod, IsFoundAgainAfterTheCardStoodStill) {
  TickPeriod period;
  for (int tick = 0; tick < 100; ++tick) period.on_tick(kStart + tick * 10ms);
  period.on_tick(kStart + 60s);
  period.on_tick(kStart + 50s);
  EXPECT_EQ(period.get(), 10ms);
  for (int tick = 0; tick < 200; ++tick) period.on_tick(kStart + 70s + tick / 2 * 20ms);
  EXPECT_EQ(period.get(), 20ms);
}

}  // namespace
}  // namespace sotto::media
