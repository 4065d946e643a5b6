#include "transport/congestion/standing_queue.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace sotto::transport {
namespace {

constexpr Timestamp kStart{1000s};
constexpr Duration kRound = 100ms;

class StandingQueueTest : public ::testing::Test {
 protected:
  void rounds(int count, Duration least_delay) {
    for (int i = 0; i < count; ++i) queue_.on_round(least_delay, now_ += kRound);
  }

  Timestamp now_ = kStart;
  StandingQueue queue_;
};

TEST_F(StandingQueueTest, IsNothingBeforeTheFirstRoundAndInASteadyDelay) {
  EXPECT_EQ(queue_.smoothed(), Duration());
  EXPECT_EQ(queue_.latest(), Duration());
  rounds(100, 50ms);
  EXPECT_EQ(queue_.smoothed(), Duration());
}

TEST_F(StandingQueueTest, IsTheDelayAboveTheLeast) {
  rounds(10, 50ms);
  rounds(10, 90ms);
  EXPECT_NEAR(to_milliseconds(queue_.smoothed()), 40, 1);
  EXPECT_EQ(queue_.latest(), Duration(40ms));
  EXPECT_EQ(queue_.of(75ms), Duration(25ms));
}

TEST_F(StandingQueueTest, DoesNotDependOnHowClocksDiffer) {
  rounds(10, -500s);
  rounds(10, -500s + 30ms);
  EXPECT_NEAR(to_milliseconds(queue_.smoothed()), 30, 1);
}

TEST_F(StandingQueueTest, TakesADelayThatStaysForTheNewPathAfterTenSeconds) {
  rounds(10, 50ms);
  rounds(105, 90ms);
  EXPECT_LE(queue_.smoothed(), Duration(1ms));
}

TEST_F(StandingQueueTest, APauseForgetsTheOldPath) {
  rounds(10, 50ms);
  now_ += 60s;
  rounds(10, 90ms);
  EXPECT_LE(queue_.smoothed(), Duration(25ms));
}

TEST_F(StandingQueueTest, TellsJitterFromAQueue) {
  SeededRandom random(1);
  for (int i = 0; i < 200; ++i) queue_.on_round(Duration(static_cast<int64_t>(random.u32() % 20'000)), now_ += kRound);
  EXPECT_NEAR(to_milliseconds(queue_.noise()), 20.0 / 3, 3);
  EXPECT_LE(queue_.smoothed(), Duration(18ms));
  rounds(200, 10ms);
  EXPECT_LE(queue_.noise(), Duration(1ms));
}

TEST_F(StandingQueueTest, TakesNoQueueThatIsOnItsWayForNoise) {
  rounds(40, 50ms);
  for (int i = 0; i < 20; ++i) queue_.on_round(50ms + i * 15ms, now_ += kRound);
  for (int i = 20; i > 0; --i) queue_.on_round(50ms + i * 15ms, now_ += kRound);
  EXPECT_LE(to_milliseconds(queue_.noise()), 2);
}

}  // namespace
}  // namespace sotto::transport
