#include "transport/congestion/pacer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sotto::transport {
namespace {

using ::testing::ElementsAre;

constexpr Timestamp kStart{1000s};
constexpr DataRate kTarget = DataRate::kbps(2000);  // paced at 5 Mbit/s: a burst of 25 kB, then 625 bytes a millisecond

constexpr size_t kOverhead = 12 + 8 + 16 + 28;  // what comes on top of a payload

class PacerTest : public ::testing::Test {
 protected:
  /// Packets that take so much on the path.
  void enqueue(PacketPriority priority, int packets, Timestamp now, size_t size = 1000) {
    for (int i = 0; i < packets; ++i) {
      PacedPacket packet{.priority = priority, .payload = pool_->take()};
      packet.payload->append(size - kOverhead);
      pacer_.enqueue(std::move(packet), now);
    }
  }
  std::vector<PacketPriority> poll_all(Timestamp now) {
    std::vector<PacketPriority> sent;
    while (const auto packet = pacer_.poll(now)) sent.push_back(packet->priority);
    return sent;
  }

  std::shared_ptr<PacketPool> pool_ = PacketPool::create();
  Pacer pacer_{kTarget, Pacing::kLoose};
};

TEST_F(PacerTest, HasNothingToDoWhenNothingWaits) {
  EXPECT_FALSE(pacer_.poll(kStart));
  EXPECT_EQ(pacer_.next_deadline(), std::nullopt);
}

TEST_F(PacerTest, LetsAFrameOfUsualSizeLeaveAtOnce) {
  enqueue(PacketPriority::kVideo, 12, kStart);
  EXPECT_EQ(poll_all(kStart).size(), 12u);
  EXPECT_EQ(pacer_.next_deadline(), std::nullopt);
}

TEST_F(PacerTest, SpreadsALargeFrameEvenlyAfterABurstOf40Milliseconds) {
  enqueue(PacketPriority::kVideo, 100, kStart);
  EXPECT_EQ(poll_all(kStart).size(), 26u);  // 25 kB and the one that overflows
  Timestamp last = kStart;
  size_t wake_ups = 0;
  while (const auto deadline = pacer_.next_deadline()) {
    EXPECT_LE(*deadline - last, Duration(7ms));
    last = *deadline;
    EXPECT_LE(poll_all(last).size(), 5u);
    ++wake_ups;
  }
  EXPECT_NEAR(to_milliseconds(last - kStart), 75'000 / 625.0, 3);
  EXPECT_LE(wake_ups, 24u);
}

TEST_F(PacerTest, NeverHoldsAudioBack) {
  enqueue(PacketPriority::kVideo, 100, kStart);
  (void)poll_all(kStart);
  enqueue(PacketPriority::kAudio, 3, kStart);
  EXPECT_EQ(pacer_.next_deadline(), kStart);
  EXPECT_THAT(poll_all(kStart), ElementsAre(PacketPriority::kAudio, PacketPriority::kAudio, PacketPriority::kAudio));
}

TEST_F(PacerTest, SendsAudioThenRetransmissionsThenVideo) {
  enqueue(PacketPriority::kVideo, 1, kStart);
  enqueue(PacketPriority::kRepair, 1, kStart);
  enqueue(PacketPriority::kAudio, 1, kStart);
  EXPECT_THAT(poll_all(kStart), ElementsAre(PacketPriority::kAudio, PacketPriority::kRepair, PacketPriority::kVideo));
}

TEST_F(PacerTest, CountsAudioAndRetransmissionsAgainstTheRate) {
  enqueue(PacketPriority::kAudio, 15, kStart);
  enqueue(PacketPriority::kRepair, 15, kStart);
  enqueue(PacketPriority::kVideo, 5, kStart);
  EXPECT_EQ(poll_all(kStart).size(), 26u);
}

TEST_F(PacerTest, SendsFasterWhatWouldLastLongerThanASecond) {
  enqueue(PacketPriority::kVideo, 1500, kStart);
  Timestamp last = kStart;
  (void)poll_all(last);
  while (const auto deadline = pacer_.next_deadline()) (void)poll_all(last = *deadline);
  EXPECT_LE(last - kStart, Duration(1005ms));
  EXPECT_EQ(pacer_.take_dropped(PacketPriority::kVideo), 0u);
}

TEST_F(PacerTest, ReturnsToItsRateAfterwards) {
  enqueue(PacketPriority::kVideo, 1500, kStart);
  (void)poll_all(kStart);
  while (const auto deadline = pacer_.next_deadline()) (void)poll_all(*deadline);
  enqueue(PacketPriority::kVideo, 100, kStart + 10s);
  EXPECT_EQ(poll_all(kStart + 10s).size(), 26u);
}

TEST_F(PacerTest, DropsAllVideoWhenSomeOfItIsTooOldAndSaysSo) {
  enqueue(PacketPriority::kVideo, 100, kStart);
  (void)poll_all(kStart);
  enqueue(PacketPriority::kVideo, 1, kStart + 2001ms);
  EXPECT_TRUE(poll_all(kStart + 2001ms).empty());
  EXPECT_EQ(pacer_.take_dropped(PacketPriority::kVideo), 75u);
  EXPECT_EQ(pacer_.take_dropped(PacketPriority::kVideo), 0u);
  EXPECT_EQ(pacer_.queue_size(), DataSize());
}

TEST_F(PacerTest, HoldsABoundedNumberOfPackets) {
  enqueue(PacketPriority::kVideo, 5000, kStart, kOverhead + 10);
  EXPECT_EQ(pacer_.take_dropped(PacketPriority::kVideo), 4096u);
}

TEST_F(PacerTest, FollowsItsTarget) {
  enqueue(PacketPriority::kVideo, 36, kStart);
  (void)poll_all(kStart);
  EXPECT_EQ(pacer_.queue_time(), Duration(16ms));
  pacer_.set_target(DataRate::kbps(4000), Pacing::kLoose, kStart);
  EXPECT_EQ(pacer_.queue_time(), Duration(8ms));
  // The bucket holds 26 kB, and leaks at 10 Mbit/s from now on: half as long for twice as much room.
  EXPECT_EQ(poll_all(kStart).size(), 10u);
}

TEST_F(PacerTest, SurvivesATargetOfNothing) {
  pacer_.set_target(DataRate(), Pacing::kLoose, kStart);
  enqueue(PacketPriority::kVideo, 10, kStart);
  (void)poll_all(kStart);
  EXPECT_TRUE(pacer_.next_deadline());
}

TEST_F(PacerTest, TellsHowMuchWaits) {
  enqueue(PacketPriority::kVideo, 5, kStart);
  EXPECT_EQ(pacer_.queue_size(), DataSize::bytes(5000));
  EXPECT_EQ(pacer_.queue_time(), Duration(8ms));
}

TEST_F(PacerTest, SendsEvenlyWhereThePathIsTheLimit) {
  pacer_.set_target(kTarget, Pacing::kTight, kStart);  // 2.2 Mbit/s: 275 bytes a millisecond
  enqueue(PacketPriority::kVideo, 20, kStart);
  EXPECT_EQ(poll_all(kStart).size(), 1u);
  Timestamp last = kStart;
  while (const auto deadline = pacer_.next_deadline()) (void)poll_all(last = *deadline);
  EXPECT_NEAR(to_milliseconds(last - kStart), 19'000 / 275.0, 6);
}

TEST_F(PacerTest, LetsGoOfWhatWasMadeForAMuchHigherRate) {
  enqueue(PacketPriority::kVideo, 100, kStart);
  (void)poll_all(kStart);
  pacer_.set_target(DataRate::kbps(3000), Pacing::kTight, kStart);
  EXPECT_EQ(pacer_.take_dropped(PacketPriority::kVideo), 0u);
  pacer_.set_target(DataRate::kbps(600), Pacing::kTight, kStart);
  EXPECT_EQ(pacer_.take_dropped(PacketPriority::kVideo), 74u);
}

// In its place there could only be another one, which is no smaller.
TEST_F(PacerTest, LetsAKeyFrameLeaveToItsEndThoughTheRateHasFallen) {
  pacer_.set_target(DataRate::kbps(100), Pacing::kTight, kStart);
  for (int i = 0; i < 8; ++i) {
    PacedPacket packet{.priority = PacketPriority::kVideo, .payload = pool_->take(), .key_frame = true};
    packet.payload->append(1000);
    pacer_.enqueue(std::move(packet), kStart);
  }
  EXPECT_TRUE(pacer_.sends_key_frame());
  pacer_.set_target(DataRate::kbps(60), Pacing::kTight, kStart);
  EXPECT_EQ(pacer_.take_dropped(PacketPriority::kVideo), 0u);
  size_t sent = 0;
  for (Timestamp now = kStart; now < kStart + 2s; now += 10ms) sent += poll_all(now).size();
  EXPECT_EQ(sent, 8u);
  EXPECT_FALSE(pacer_.sends_key_frame());
}

TEST_F(PacerTest, LetsGoOfWhatWaitsLongInFrontOfAKeyFrameAndCallsItNoLoss) {
  pacer_.set_target(kTarget, Pacing::kTight, kStart);
  enqueue(PacketPriority::kVideo, 40, kStart);
  enqueue(PacketPriority::kRepair, 5, kStart);
  enqueue(PacketPriority::kAudio, 1, kStart);
  PacedPacket packet{.priority = PacketPriority::kVideo, .payload = pool_->take(), .key_frame = true};
  packet.payload->append(1000);
  packet.rtp_timestamp = 7;
  pacer_.enqueue(std::move(packet), kStart);
  EXPECT_EQ(pacer_.take_next(kStart)->priority, PacketPriority::kAudio);
  EXPECT_EQ(pacer_.take_next(kStart)->rtp_timestamp, 7u);
  EXPECT_FALSE(pacer_.take_next(kStart));
  EXPECT_EQ(pacer_.take_dropped(PacketPriority::kVideo), 0u);
}

TEST_F(PacerTest, GivesAProbeWhatIsNextWithoutWaiting) {
  enqueue(PacketPriority::kVideo, 100, kStart);
  (void)poll_all(kStart);
  EXPECT_TRUE(pacer_.take_next(kStart));
  enqueue(PacketPriority::kAudio, 1, kStart);
  EXPECT_TRUE(pacer_.has_audio());
  EXPECT_EQ(pacer_.take_next(kStart)->priority, PacketPriority::kAudio);
  EXPECT_FALSE(pacer_.has_audio());
}

TEST_F(PacerTest, WhatLeftUnpacedDelaysTheRest) {
  pacer_.on_unpaced_sent(DataSize::bytes(25'000), kStart);
  pacer_.on_unpaced_sent(DataSize::bytes(6'250), kStart);  // 10 ms more than a burst
  enqueue(PacketPriority::kVideo, 1, kStart);
  EXPECT_TRUE(poll_all(kStart).empty());
  EXPECT_EQ(poll_all(kStart + 10ms).size(), 1u);
}

}  // namespace
}  // namespace sotto::transport
