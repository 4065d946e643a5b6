#include "media/audio/arrival_delay.hpp"

#include <gtest/gtest.h>

namespace sotto::media {
namespace {

/// Packets of 20 ms, each of which comes `late` after its time.
class ArrivalDelayTest : public testing::Test {
 protected:
  void packet(Duration late, bool reordered = false) {
    arrivals_.on_packet(number_ * 960, start_ + number_ * 20ms + late, reordered);
    ++number_;
  }
  void seconds(int count, Duration late = 0ms) {
    for (int i = 0; i < 50 * count; ++i) packet(late);
  }

  ArrivalDelay arrivals_;
  const Timestamp start_ = Timestamp{} + 1000s;
  int64_t number_ = 0;
};

TEST_F(ArrivalDelayTest, ExpectsSomeJitterBeforeItHasMeasuredAny) {
  packet(0ms);
  EXPECT_EQ(arrivals_.jitter(), 6ms);
  seconds(2);
  EXPECT_EQ(arrivals_.jitter(), 6ms);
}

TEST_F(ArrivalDelayTest, ForgetsThatExpectationWithin15Seconds) {
  seconds(15);
  EXPECT_EQ(arrivals_.jitter(), 0ms);
}

TEST_F(ArrivalDelayTest, MeasuresBelowATick) {
  for (int i = 0; i < 2000; ++i) packet(i % 10 == 0 ? 3700us : 0us);
  EXPECT_EQ(arrivals_.jitter(), 3700us);
}

TEST_F(ArrivalDelayTest, IsNotImpressedByOneHiccup) {
  seconds(20);
  packet(80ms);
  seconds(1);
  EXPECT_EQ(arrivals_.jitter(), 0ms);
}

TEST_F(ArrivalDelayTest, RisesAtOnceWhenJitterShowsTwice) {
  seconds(20);
  packet(40ms);
  for (int i = 0; i < 30; ++i) packet(0ms);
  packet(50ms);
  EXPECT_EQ(arrivals_.jitter(), 40ms);
}

TEST_F(ArrivalDelayTest, FollowsAPathThatBecameSlowerAtTheThirdLatePacketInARow) {
  seconds(20);
  packet(200ms);
  packet(203ms);
  EXPECT_EQ(arrivals_.jitter(), 0ms);
  packet(201ms);
  EXPECT_EQ(arrivals_.jitter(), 200ms) << "the least of the three";
  packet(0ms);
  EXPECT_EQ(arrivals_.jitter(), 0ms) << "it did not last";
}

TEST_F(ArrivalDelayTest, FollowsALatenessThatGrows) {
  seconds(20);
  for (int i = 1; i <= 10; ++i) packet(i * 10ms);
  EXPECT_EQ(arrivals_.jitter(), 80ms);
}

TEST_F(ArrivalDelayTest, TakesAHeapAfterAStallForNoSlowerPath) {
  seconds(20);
  for (const Duration drained_after : {0ms, 1ms, 5ms}) {  // from packet to packet
    for (int i = 0; i < 10; ++i) {
      packet(std::max<Duration>(0ms, 200ms - i * (20ms - drained_after)));
      EXPECT_EQ(arrivals_.jitter(), 0ms);
    }
    seconds(20);
  }
}

TEST_F(ArrivalDelayTest, FallsWithin10SecondsAfterASpike) {
  seconds(20);
  for (int i = 0; i < 75; ++i) packet(i % 5 == 0 ? 100ms : 0ms);
  EXPECT_EQ(arrivals_.jitter(), 100ms);
  seconds(10);
  EXPECT_EQ(arrivals_.jitter(), 0ms);
}

TEST_F(ArrivalDelayTest, ForgetsAQueueThatGrewAndWentAsSoonAsItIsGone) {
  seconds(20);
  for (int i = 0; i < 50; ++i) packet(i * 6ms);
  for (int i = 50; i > 0; --i) packet(i * 6ms);
  packet(0ms);
  seconds(1);
  EXPECT_EQ(arrivals_.jitter(), 0ms);
}

TEST_F(ArrivalDelayTest, TakesQueuesThatComeAgainAndAgainForJitter) {
  seconds(20);
  for (int queue = 0; queue < 3; ++queue) {
    for (int i = 0; i < 20; ++i) packet(i * 6ms);
    for (int i = 20; i > 0; --i) packet(i * 6ms);
    seconds(1);
  }
  EXPECT_GE(arrivals_.jitter(), 100ms);
}

TEST_F(ArrivalDelayTest, TakesALongerPathForAPathNotForJitter) {
  seconds(20);
  const int64_t before = arrivals_.fastest();
  seconds(3, 80ms);
  EXPECT_EQ(arrivals_.fastest() - before, 80'000);
}

TEST_F(ArrivalDelayTest, SeesNoJitterInClocksThatDiffer) {
  for (int i = 0; i < 30'000; ++i) packet(Duration(i * 12));  // 600 ppm for 10 minutes
  EXPECT_LE(arrivals_.jitter(), 2ms);
  for (int i = 30'000; i > 0; --i) packet(Duration(i * 12));
  EXPECT_LE(arrivals_.jitter(), 2ms);
}

TEST_F(ArrivalDelayTest, DoesNotWaitForTheFewThatComeVeryLate) {
  for (int i = 0; i < 2000; ++i) i % 50 == 49 ? packet(70ms, true) : packet(0ms);
  EXPECT_EQ(arrivals_.jitter(), 0ms);
}

TEST_F(ArrivalDelayTest, WaitsForOvertakenPacketsWhenTheyAreMany) {
  for (int i = 0; i < 2000; ++i) i % 5 == 4 ? packet(30ms, true) : packet(0ms);
  EXPECT_EQ(arrivals_.jitter(), 30ms);
}

TEST_F(ArrivalDelayTest, StaysSaneWhateverTheTimesAre) {
  packet(0ms);
  packet(std::chrono::hours(5));
  packet(std::chrono::hours(-9));
  packet(0ms);
  EXPECT_LE(arrivals_.jitter(), 4s);
}

TEST(RecentMinimum, ForgetsAfterTwoSeconds) {
  RecentMinimum minimum;
  const Timestamp start = Timestamp{} + 10s;
  minimum.add(3, start);
  minimum.add(8, start + 1s);
  EXPECT_EQ(minimum.get(), 3);
  minimum.add(9, start + 2s);
  EXPECT_EQ(minimum.get(), 8);
  minimum.add(7, start + 60s);
  EXPECT_EQ(minimum.get(), 7);
}

TEST(RecentMinimum, MovesWhatItHolds) {
  RecentMinimum minimum;
  EXPECT_FALSE(minimum.get());
  minimum.add(5, Timestamp{});
  minimum.shift(-7);
  EXPECT_EQ(minimum.get(), -2);
}

}  // namespace
}  // namespace sotto::media
