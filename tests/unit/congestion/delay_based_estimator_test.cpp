#include "transport/congestion/delay_based_estimator.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.hpp"

namespace sotto::transport {
namespace {

constexpr Timestamp kStart{1000s};
constexpr EstimatorLimits kLimits{
    .start = DataRate::kbps(400), .least = DataRate::kbps(60), .most = DataRate::kbps(5000)};
constexpr DataSize kSize = DataSize::bytes(1000);

class DelayBasedEstimatorTest : public ::testing::Test {
 protected:
  SentPacket send(int probe = 0) {
    const SentPacket packet{.sequence = next_++, .sent = now_, .size = kSize, .probe = probe};
    estimator_.on_sent(packet);
    return packet;
  }
  /// Sends at the target through a link of `capacity` with an endless queue and feedback each 100 ms.
  void run(Duration time, DataRate capacity) {
    for (const Timestamp end = now_ + time; now_ < end;) {
      std::vector<PacketResult> results;
      const Timestamp round_end = now_ + 100ms;
      while (now_ < round_end) {
        link_free_ = std::max(link_free_, now_) + kSize / capacity;
        results.push_back({.packet = send(), .arrival = link_free_ - kStart + 25ms});
        now_ += kSize / estimator_.target();
      }
      queue_ = std::max(link_free_ - now_, Duration::zero());
      estimator_.on_feedback(results, now_ + 50ms);
    }
  }

  DelayBasedEstimator estimator_{kLimits};
  Timestamp now_ = kStart;
  Timestamp link_free_ = kStart;
  Duration queue_{};
  int64_t next_ = 1;
};

TEST_F(DelayBasedEstimatorTest, BeginsWhereItIsTold) { EXPECT_EQ(estimator_.target(), kLimits.start); }

TEST_F(DelayBasedEstimatorTest, ComesToUseWhatTheLinkGivesWithAShortQueue) {
  run(20s, DataRate::kbps(1000));
  for (int i = 0; i < 20; ++i) {
    run(1s, DataRate::kbps(1000));
    EXPECT_GT(estimator_.target(), DataRate::kbps(700));
    EXPECT_LT(estimator_.target(), DataRate::kbps(1150));
    EXPECT_LT(queue_, 80ms);
  }
}

TEST_F(DelayBasedEstimatorTest, FollowsALinkThatFallsToAFifth) {
  run(20s, DataRate::kbps(1500));
  run(3s, DataRate::kbps(300));
  EXPECT_LT(estimator_.target(), DataRate::kbps(330));
  EXPECT_GT(estimator_.target(), DataRate::kbps(120));
  EXPECT_LT(queue_, 100ms);
}

TEST_F(DelayBasedEstimatorTest, SendsLessWhileFeedbackIsOverdueAndGoesOnWhenItComes) {
  const SentPacket packet = send();
  estimator_.on_feedback(std::vector<PacketResult>{{.packet = packet, .arrival = 25ms}}, now_ += 50ms);
  const DataRate before = estimator_.target();
  const SentPacket unheard = send();
  while (estimator_.next_deadline() && *estimator_.next_deadline() < kStart + 1500ms) {
    estimator_.on_deadline(*estimator_.next_deadline());
  }
  EXPECT_EQ(estimator_.target(), before * 0.25);
  estimator_.on_feedback(std::vector<PacketResult>{{.packet = unheard, .arrival = 75ms}}, kStart + 1600ms);
  EXPECT_GE(estimator_.target(), before);
}

TEST_F(DelayBasedEstimatorTest, FeedbackThatOnlyTellsOfLongAgoIsAsGoodAsNone) {
  const SentPacket old = send();
  estimator_.on_feedback(std::vector<PacketResult>{{.packet = old, .arrival = 25ms}}, now_ += 50ms);
  const DataRate before = estimator_.target();
  const SentPacket first = send();
  for (int i = 0; i < 60; ++i, now_ += 10ms) (void)send();
  while (*estimator_.next_deadline() <= now_) estimator_.on_deadline(*estimator_.next_deadline());
  ASSERT_LT(estimator_.target(), before * 0.5);
  estimator_.on_feedback(std::vector<PacketResult>{{.packet = first, .arrival = 75ms}}, now_);
  EXPECT_LT(estimator_.target(), before * 0.5);
}

TEST_F(DelayBasedEstimatorTest, SendsNextToNothingWhileWhatComesInIsLateAndFeedbackIsMissingUntilThereIsNews) {
  const SentPacket packet = send();
  estimator_.on_feedback(std::vector<PacketResult>{{.packet = packet, .arrival = 25ms}}, now_ += 50ms);
  const DataRate before = estimator_.target();
  (void)send();
  estimator_.on_incoming_late(now_ += 180ms);
  EXPECT_EQ(estimator_.target(), before);
  estimator_.on_deadline(now_ = *estimator_.next_deadline());
  EXPECT_TRUE(estimator_.waits_for_news());
  EXPECT_LE(estimator_.target(), before * 0.2);

  const SentPacket later = send();
  const Duration arrival = later.sent - packet.sent + 25ms;
  estimator_.on_feedback(std::vector<PacketResult>{{.packet = later, .arrival = arrival}}, now_ += 60ms);
  EXPECT_FALSE(estimator_.waits_for_news());
  EXPECT_GE(estimator_.target(), before);
}

TEST_F(DelayBasedEstimatorTest, DoesNotMindLatenessOfWhatComesInWhileFeedbackComes) {
  const SentPacket packet = send();
  estimator_.on_feedback(std::vector<PacketResult>{{.packet = packet, .arrival = 25ms}}, now_ += 50ms);
  (void)send();
  estimator_.on_incoming_late(now_ += 20ms);
  EXPECT_GT(*estimator_.next_deadline(), now_ + 100ms);
  EXPECT_FALSE(estimator_.waits_for_news());
}

TEST_F(DelayBasedEstimatorTest, HasNoDeadlineWhileNothingIsSent) {
  EXPECT_EQ(estimator_.next_deadline(), std::nullopt);
  send();
  EXPECT_TRUE(estimator_.next_deadline());
}

TEST_F(DelayBasedEstimatorTest, AProbeThatComesThroughRaisesTheTargetAtOnce) {
  const auto probe = estimator_.take_probe(now_);
  ASSERT_TRUE(probe);
  std::vector<PacketResult> results;
  for (int i = 0; i < 10; ++i, now_ += kSize / probe->rate) {
    results.push_back({.packet = send(probe->id), .arrival = now_ - kStart + 25ms});
  }
  results.push_back({.packet = send(), .arrival = now_ - kStart + 25ms});
  estimator_.on_feedback(results, now_ + 50ms);
  EXPECT_EQ(estimator_.target(), kLimits.most);
}

TEST_F(DelayBasedEstimatorTest, StaysWithinItsBoundsWhateverFeedbackClaims) {
  SeededRandom random(1);
  std::vector<PacketResult> results;
  for (int round = 0; round < 20'000; ++round, now_ += 5ms) {
    results.clear();
    for (uint32_t i = random.u32() % 8; i > 0; --i) {
      PacketResult result{.packet = send(random.u32() % 16 == 0 ? static_cast<int>(random.u32() % 4) : 0),
                          .arrival = std::nullopt};
      const auto leap = static_cast<int64_t>(random.u64() % 2'000'000'000'000) - 1'000'000'000'000;
      if (random.u32() % 4 != 0) result.arrival = Duration(random.u32() % 32 == 0 ? leap : random.u32() % 1'000'000);
      result.was_missing = random.u32() % 8 == 0;
      results.push_back(result);
    }
    estimator_.on_feedback(results, now_);
    if (random.u32() % 16 == 0) (void)estimator_.take_probe(now_);
    if (const auto deadline = estimator_.next_deadline(); deadline && *deadline <= now_) estimator_.on_deadline(now_);
    ASSERT_GE(estimator_.target(), kLimits.least);
    ASSERT_LE(estimator_.target(), kLimits.most);
  }
}

}  // namespace
}  // namespace sotto::transport
