#include <gtest/gtest.h>

#include "transport/congestion/probe_controller.hpp"
#include "transport/congestion/probe_meter.hpp"
#include "transport/congestion/probe_sender.hpp"

namespace sotto::transport {
namespace {

constexpr Timestamp kStart{1000s};
constexpr DataSize kSize = DataSize::bytes(1000);
constexpr DataRate kMost = DataRate::kbps(5000);

TEST(ProbeSender, SendsAtTheRateUntilEnoughWasSent) {
  ProbeSender sender;
  EXPECT_FALSE(sender.active());
  sender.start({.id = 1, .rate = DataRate::kbps(1000), .size = DataSize::bytes(6000)}, kStart);
  int packets = 0;
  for (; sender.active(); ++packets) {
    EXPECT_EQ(*sender.next_send(), kStart + packets * 8ms);
    sender.on_sent(kSize);
  }
  EXPECT_EQ(packets, 6);
  EXPECT_EQ(sender.next_send(), std::nullopt);
}

TEST(ProbeSender, SendsAtLeastFivePackets) {
  ProbeSender sender;
  sender.start({.id = 1, .rate = DataRate::kbps(1000), .size = DataSize::bytes(100)}, kStart);
  for (int i = 0; i < 4; ++i) sender.on_sent(kSize);
  EXPECT_TRUE(sender.active());
  sender.on_sent(kSize);
  EXPECT_FALSE(sender.active());
}

/// Ten packets of probe 1, sent each millisecond, which is 8 Mbit/s, and one that is none.
class ProbeMeterTest : public ::testing::Test {
 protected:
  ProbeMeterTest() {
    for (int i = 0; i <= 10; ++i) meter_.on_sent(packet(i));
  }
  static SentPacket packet(int number) {
    return {.sequence = number, .sent = kStart + number * 1ms, .size = kSize, .probe = number < 10 ? 1 : 0};
  }
  void arrive(int number, Duration arrival) { meter_.on_result({.packet = packet(number), .arrival = arrival}); }
  void lose(int number) { meter_.on_result({.packet = packet(number), .arrival = std::nullopt}); }

  ProbeMeter meter_;
};

TEST_F(ProbeMeterTest, WaitsUntilAllOfItWasToldOf) {
  for (int i = 0; i < 9; ++i) arrive(i, i * 1ms);
  EXPECT_FALSE(meter_.take_result());
  arrive(9, 9ms);
  EXPECT_TRUE(meter_.take_result());
  EXPECT_FALSE(meter_.take_result());
}

TEST_F(ProbeMeterTest, APathThatKeepsUpCarriesWhatWasSent) {
  for (int i = 0; i < 10; ++i) arrive(i, i * 1ms);
  const auto result = meter_.take_result();
  ASSERT_TRUE(result);
  EXPECT_EQ(result->rate, DataRate::kbps(8000));
  EXPECT_FALSE(result->saturated);
}

TEST_F(ProbeMeterTest, ABottleneckSetsThePace) {
  for (int i = 0; i < 10; ++i) arrive(i, i * 8ms);
  const auto result = meter_.take_result();
  ASSERT_TRUE(result);
  EXPECT_EQ(result->rate, DataRate::kbps(950));
  EXPECT_TRUE(result->saturated);
}

TEST_F(ProbeMeterTest, ALastPacketThatTakesLongerIsNoFullBottleneck) {
  for (int i = 0; i < 9; ++i) arrive(i, i * 1ms);
  arrive(9, 12ms);
  const auto result = meter_.take_result();
  ASSERT_TRUE(result && result->rate);
  EXPECT_EQ(*result->rate, DataRate::kbps(6000));
  EXPECT_FALSE(result->saturated);
}

TEST_F(ProbeMeterTest, PacketsThatWereHeldUpAndCameTogetherProveLess) {
  for (int i = 0; i < 10; ++i) arrive(i, 30ms);
  const auto result = meter_.take_result();
  ASSERT_TRUE(result && result->rate);
  EXPECT_NEAR(result->rate->kbps(), 3600, 10);  // 9 kB in the 20 ms for which they may have been held up
}

TEST_F(ProbeMeterTest, SaysNothingWhenMostOfItIsLost) {
  for (int i = 0; i < 4; ++i) arrive(i, i * 1ms);
  for (int i = 4; i < 10; ++i) lose(i);
  const auto result = meter_.take_result();
  ASSERT_TRUE(result);
  EXPECT_EQ(result->rate, std::nullopt);
}

TEST_F(ProbeMeterTest, SaysNothingWhenFeedbackAboutItIsLost) {
  for (int i = 0; i < 8; ++i) arrive(i, i * 1ms);
  arrive(10, 10ms);
  const auto result = meter_.take_result();
  ASSERT_TRUE(result);
  EXPECT_EQ(result->rate, std::nullopt);
}

class ProbeControllerTest : public ::testing::Test {
 protected:
  std::optional<ProbeCluster> take(DataRate target, Duration calm_for = 1s) {
    return probes_.take(target, now_ - calm_for, 0, now_);
  }
  void answer(const ProbeCluster& cluster, DataRate rate, bool saturated = false) {
    probes_.on_result({.id = cluster.id, .rate = rate, .saturated = saturated});
  }
  /// Gets the first probe out of the way.
  void begin(DataRate found) {
    answer(*take(DataRate::kbps(400)), found, true);
    answer(*take(found), found, true);
  }

  Timestamp now_ = kStart;
  ProbeController probes_{DataRate::kbps(400), kMost};
};

TEST_F(ProbeControllerTest, ProbesFirstWithThePictureItselfAtTwiceWhatIsWanted) {
  const auto first = take(DataRate::kbps(400));
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->padded);
  EXPECT_EQ(first->rate, DataRate::kbps(10'000));
}

TEST_F(ProbeControllerTest, WaitsForTheAnswerForASecond) {
  (void)take(DataRate::kbps(400));
  EXPECT_FALSE(take(DataRate::kbps(400)));
  now_ += 1s;
  const auto second = take(DataRate::kbps(400));
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->padded);
  EXPECT_EQ(second->rate, DataRate::kbps(1200));
}

TEST_F(ProbeControllerTest, RepeatsThreeTimesWhatToldNothing) {
  begin(DataRate::kbps(1000));
  now_ += 2s;
  for (int i = 0; i < 4; ++i) {
    const auto probe = take(DataRate::kbps(1000), 3s);
    ASSERT_TRUE(probe);
    EXPECT_EQ(probe->rate, DataRate::kbps(2000));
    probes_.on_result({.id = probe->id, .rate = std::nullopt});
  }
  EXPECT_FALSE(take(DataRate::kbps(1000)));
}

TEST_F(ProbeControllerTest, DoesNotRepeatWhatFoundNoRoom) {
  begin(DataRate::kbps(1000));
  now_ += 2s;
  const auto probe = take(DataRate::kbps(1000), 3s);
  ASSERT_TRUE(probe);
  probes_.on_result({.id = probe->id, .rate = std::nullopt, .lost = 0.6});
  EXPECT_FALSE(take(DataRate::kbps(1000)));
}

TEST_F(ProbeControllerTest, SendsMorePacketsWhereManyAreLost) {
  begin(DataRate::kbps(1000));
  now_ += 2s;
  const auto probe = probes_.take(DataRate::kbps(1000), now_ - 3s, 0.3, now_);
  ASSERT_TRUE(probe);
  EXPECT_EQ(probe->packets, 7);
}

TEST_F(ProbeControllerTest, GoesOnWhileThePathKeepsUpAndEndsWhenItDoesNot) {
  answer(*take(DataRate::kbps(400)), DataRate::kbps(900), true);
  auto probe = take(DataRate::kbps(900));
  ASSERT_TRUE(probe);
  EXPECT_EQ(probe->rate, DataRate::kbps(1800));
  answer(*probe, DataRate::kbps(1800));
  probe = take(DataRate::kbps(1800));
  ASSERT_TRUE(probe);
  EXPECT_EQ(probe->rate, DataRate::kbps(3600));
  answer(*probe, DataRate::kbps(2400), true);
  EXPECT_FALSE(take(DataRate::kbps(2400)));
}

TEST_F(ProbeControllerTest, DoesNotLookForMoreThanIsWanted) {
  answer(*take(DataRate::kbps(400)), DataRate::kbps(10'000));
  now_ += 1h;
  EXPECT_FALSE(take(kMost));
}

TEST_F(ProbeControllerTest, LooksForWhatWasThereBeforeADropOnceItIsCalm) {
  begin(DataRate::kbps(2000));
  probes_.on_drop(DataRate::kbps(2000));
  EXPECT_FALSE(probes_.take(DataRate::kbps(500), std::nullopt, 0, now_));
  EXPECT_FALSE(take(DataRate::kbps(500), 100ms));
  const auto probe = take(DataRate::kbps(500), 600ms);
  ASSERT_TRUE(probe);
  EXPECT_EQ(probe->rate, DataRate::kbps(1700));
  answer(*probe, DataRate::kbps(500), true);
  EXPECT_FALSE(take(DataRate::kbps(500), 600ms));
}

TEST_F(ProbeControllerTest, DoesNotProbeAfterASmallDrop) {
  begin(DataRate::kbps(2000));
  probes_.on_drop(DataRate::kbps(2000));
  EXPECT_FALSE(take(DataRate::kbps(1800), 600ms));
}

TEST_F(ProbeControllerTest, LooksForMoreEachTwoSecondsWhileLessIsKnownThanIsWanted) {
  begin(DataRate::kbps(1000));
  now_ += 1s;
  EXPECT_FALSE(take(DataRate::kbps(1000), 10s));
  now_ += 1s;
  const auto probe = take(DataRate::kbps(1000), 10s);
  ASSERT_TRUE(probe);
  EXPECT_EQ(probe->rate, DataRate::kbps(2000));
}

}  // namespace
}  // namespace sotto::transport
