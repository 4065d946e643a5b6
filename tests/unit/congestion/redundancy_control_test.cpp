#include "transport/congestion/redundancy_control.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.hpp"
#include "transport/congestion/audio_rate.hpp"

namespace sotto::transport {
namespace {

constexpr int kPacketsPerSecond = 50;

class RedundancyControlTest : public ::testing::Test {
 protected:
  /// Sends one packet of sound, and one of something else, and tells of it at once.
  void send(bool lost) {
    control_.on_sent(next_);
    const std::vector results = {tell(next_, lost), tell(next_ + 1, false)};
    next_ += 2;
    control_.on_feedback(results);
  }
  void send_random(double loss, int packets) {
    for (int i = 0; i < packets; ++i) send(random_.u32() < loss * 4294967296.0);
  }
  /// So many in a row are lost, again and again.
  void send_bursts(int length, int distance, int packets) {
    for (int i = 0; i < packets; ++i) send(i % distance < length);
  }
  static PacketResult tell(int64_t sequence, bool lost) {
    return {.packet = {.sequence = sequence}, .arrival = lost ? std::nullopt : std::optional(Duration(1ms))};
  }

  SeededRandom random_{11};
  int64_t next_ = 1;
  RedundancyControl control_;
};

TEST_F(RedundancyControlTest, RepeatsOncePendingNews) {
  EXPECT_EQ(control_.copies(), 1);
  send_random(0, 24);
  EXPECT_EQ(control_.copies(), 1);
}

TEST_F(RedundancyControlTest, StopsAfterHalfASecondWithoutLoss) {
  send_random(0, kPacketsPerSecond / 2);
  EXPECT_EQ(control_.copies(), 0);
}

TEST_F(RedundancyControlTest, GoesOnFor2SecondsIfOneOfTheFirstPacketsIsLost) {
  send(true);
  send_random(0, 98);
  EXPECT_EQ(control_.copies(), 1);
  send(false);
  EXPECT_EQ(control_.copies(), 0);
}

TEST_F(RedundancyControlTest, TakesNoSingleLossForAReason) {
  send_random(0, 200);
  send(true);
  send_random(0, 10);
  EXPECT_EQ(control_.copies(), 0);
}

TEST_F(RedundancyControlTest, RepeatsWithinTwoSecondsOnceATenthIsLost) {
  send_random(0, 500);
  send_random(0.1, 2 * kPacketsPerSecond);
  EXPECT_EQ(control_.copies(), 1);
}

TEST_F(RedundancyControlTest, ForgetsLossWithin6Seconds) {
  send_random(0.3, 500);
  send_random(0, 6 * kPacketsPerSecond);
  EXPECT_EQ(control_.copies(), 0);
}

struct Random {
  double loss;
  double least;  ///< copies on average
  double most;
};
void PrintTo(const Random& random, std::ostream* out) { *out << 100 * random.loss << " %"; }
class RandomLoss : public RedundancyControlTest, public ::testing::WithParamInterface<Random> {};
INSTANTIATE_TEST_SUITE_P(Parts, RandomLoss,
                         ::testing::Values(Random{0.01, 0, 0.15}, Random{0.05, 0.95, 1.05}, Random{0.1, 0.98, 1.25},
                                           Random{0.2, 1.3, 2.1}, Random{0.3, 1.8, 2.4}, Random{0.5, 2.5, 3}));

TEST_P(RandomLoss, IsWorthMoreCopiesTheLargerItIs) {
  send_random(GetParam().loss, 300);
  double sum = 0;
  constexpr int kPackets = 10'000;
  for (int i = 0; i < kPackets; ++i) {
    send_random(GetParam().loss, 1);
    sum += control_.copies();
  }
  EXPECT_GE(sum / kPackets, GetParam().least);
  EXPECT_LE(sum / kPackets, GetParam().most);
}

TEST_F(RedundancyControlTest, NeedsTwoCopiesWherePacketsAreLostInPairs) {
  send_bursts(2, 20, 400);
  EXPECT_EQ(control_.copies(), 2);
}

TEST_F(RedundancyControlTest, AsksForNothingAfterAnOutage) {
  send_random(0, 200);
  for (int i = 0; i < 150; ++i) send(true);
  send_random(0, 20);
  EXPECT_EQ(control_.copies(), 0);
}

TEST_F(RedundancyControlTest, TakesBackALossThatWasADelay) {
  send_random(0, 200);
  std::vector<PacketResult> late;
  for (int i = 0; i < 20; ++i) {
    late.push_back(tell(next_, false));
    late.back().was_missing = true;
    send(true);
    send(false);
  }
  EXPECT_EQ(control_.copies(), 1);
  control_.on_feedback(late);
  EXPECT_EQ(control_.copies(), 0);
}

TEST_F(RedundancyControlTest, PassesOverWhatItNeverSentOrHasForgotten) {
  send_random(0, 600);
  std::vector<PacketResult> strange;
  for (const int64_t sequence : {int64_t{-5}, int64_t{0}, int64_t{3}, next_, next_ + 1000}) {
    strange.push_back(tell(sequence, true));
  }
  for (int i = 0; i < 100; ++i) control_.on_feedback(strange);
  EXPECT_EQ(control_.copies(), 0);
}

TEST_F(RedundancyControlTest, GoesByReceiverReportsWhereThereIsNothingElse) {
  control_.on_fraction_lost(0);
  EXPECT_EQ(control_.copies(), 0);
  control_.on_fraction_lost(0.1);
  EXPECT_EQ(control_.copies(), 1);
  control_.on_fraction_lost(0.3);
  EXPECT_EQ(control_.copies(), 2);
}

TEST(AudioRate, CountsHeadersAndCopies) {
  EXPECT_EQ(audio_rate({}), DataRate::bps((80 + 64) * 8 * 50));
  EXPECT_EQ(audio_rate({.copies = 2}), DataRate::bps((80 + 64 + 1 + 2 * 84) * 8 * 50));
  EXPECT_EQ(audio_rate({.packet_time = 40ms}), DataRate::bps((160 + 64) * 8 * 25));
}

}  // namespace
}  // namespace sotto::transport
