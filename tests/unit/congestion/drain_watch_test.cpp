#include "transport/congestion/drain_watch.hpp"

#include <gtest/gtest.h>

namespace sotto::transport {
namespace {

constexpr Timestamp kStart{1000s};
constexpr Duration kRound = 100ms;
constexpr DataRate kCapacity = DataRate::kbps(1000);

class DrainWatchTest : public ::testing::Test {
 protected:
  /// What was sent in a tenth of a second, at this part of the capacity, has seen a queue of this length.
  void round(double part, Duration queue) {
    watch_.on_round({.standing_queue = queue,
                     .latest_queue = queue,
                     .oldest_sent = now_,
                     .newest_sent = now_ + kRound,
                     .sent = kCapacity * part * kRound},
                    kCapacity);
    now_ += kRound;
  }

  Timestamp now_ = kStart;
  DrainWatch watch_;
};

TEST_F(DrainWatchTest, AQueueThatGetsShorterAsItShouldIsOurs) {
  watch_.begin(200ms, kStart);
  for (int i = 1; i <= 4; ++i) round(0.5, 200ms - i * 50ms);
  EXPECT_FALSE(watch_.belongs_to_others());
  EXPECT_TRUE(watch_.explains_end());
}

TEST_F(DrainWatchTest, AQueueThatStandsWhereOursWouldBeGoneBelongsToOthers) {
  watch_.begin(100ms, kStart);
  for (int i = 0; i < 3; ++i) round(0.5, 100ms);
  EXPECT_FALSE(watch_.belongs_to_others());
  round(0.5, 100ms);
  EXPECT_TRUE(watch_.belongs_to_others());
}

TEST_F(DrainWatchTest, AQueueThatStillGetsShorterIsGivenTime) {
  watch_.begin(100ms, kStart);
  for (int i = 0; i < 8; ++i) round(0.5, 100ms - i * 10ms);
  EXPECT_FALSE(watch_.belongs_to_others());
}

TEST_F(DrainWatchTest, AQueueThatVanishesFasterThanWeSendLessWasNotOurs) {
  watch_.begin(100ms, kStart);
  round(0.9, 0ms);
  EXPECT_FALSE(watch_.explains_end());
}

TEST_F(DrainWatchTest, EndsWhereNoLessCanBeSent) {
  watch_.begin(100ms, kStart);
  for (int i = 0; i < 18; ++i) round(1, 100ms);
  EXPECT_TRUE(watch_.belongs_to_others());
}

}  // namespace
}  // namespace sotto::transport
