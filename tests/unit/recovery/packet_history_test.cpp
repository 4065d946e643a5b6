#include "transport/recovery/packet_history.hpp"

#include <gtest/gtest.h>

namespace sotto::transport {
namespace {

constexpr Timestamp kStart{1000s};
constexpr Duration kRoundTrip = 50ms;

class PacketHistoryTest : public ::testing::Test {
 protected:
  void store(uint16_t sequence, Timestamp now) {
    PacketHandle payload = pool_->take();
    payload->append_bytes(as_bytes("payload"));
    history_.store({.sequence = SequenceNumber(sequence),
                    .rtp_timestamp = sequence * 10u,
                    .marker = sequence % 2 == 1,
                    .payload = std::move(payload)},
                   now);
  }
  std::optional<PacketHistory::Resend> resend(uint16_t sequence, Timestamp now) {
    return history_.take_for_resend(SequenceNumber(sequence), now);
  }

  std::shared_ptr<PacketPool> pool_ = PacketPool::create();
  PacketHistory history_{kRoundTrip};
};

TEST_F(PacketHistoryTest, GivesBackWhatWasStored) {
  store(7, kStart);
  store(8, kStart);
  const auto again = resend(7, kStart + 60ms);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->packet.sequence, SequenceNumber(7));
  EXPECT_EQ(again->packet.rtp_timestamp, 70u);
  EXPECT_TRUE(again->packet.marker);
  EXPECT_EQ(again->packet.payload->size(), 7u);
}

TEST_F(PacketHistoryTest, GivesNothingBackAfterItWasCleared) {
  store(7, kStart);
  history_.clear();
  EXPECT_EQ(resend(7, kStart + 60ms), std::nullopt);
  store(8, kStart + 70ms);
  EXPECT_TRUE(resend(8, kStart + 130ms));
  EXPECT_EQ(history_.size(), 1u);
}

TEST_F(PacketHistoryTest, KnowsNothingThatWasNotStored) {
  EXPECT_EQ(resend(0, kStart), std::nullopt);
  store(7, kStart);
  EXPECT_EQ(resend(6, kStart), std::nullopt);
  EXPECT_EQ(resend(8, kStart), std::nullopt);
  EXPECT_EQ(resend(7 + 2048, kStart), std::nullopt);
  EXPECT_EQ(resend(7 + 32'768, kStart), std::nullopt);
}

TEST_F(PacketHistoryTest, ResendsAPacketOnceInHalfARoundTrip) {
  store(7, kStart);
  EXPECT_NE(resend(7, kStart + 1ms), std::nullopt);
  EXPECT_EQ(resend(7, kStart + 25ms), std::nullopt);
  EXPECT_NE(resend(7, kStart + 26ms), std::nullopt);
  history_.set_round_trip_time(200ms);
  EXPECT_EQ(resend(7, kStart + 125ms), std::nullopt);
}

TEST_F(PacketHistoryTest, RefusesAnEchoOnAFastPathButNotTheNextRequest) {
  history_.set_round_trip_time(12ms);
  store(7, kStart);
  EXPECT_NE(resend(7, kStart), std::nullopt);
  EXPECT_EQ(resend(7, kStart + 10ms), std::nullopt);
  EXPECT_NE(resend(7, kStart + 20ms), std::nullopt);
}

TEST_F(PacketHistoryTest, SaysHowOldAPacketIs) {
  store(7, kStart);
  EXPECT_EQ(resend(7, kStart + 1ms)->age, Duration(1ms));
  EXPECT_EQ(resend(7, kStart + 1ms + kRoundTrip)->age, kRoundTrip + 1ms);
}

TEST_F(PacketHistoryTest, SaysWhetherAPacketWasResentBefore) {
  store(7, kStart);
  EXPECT_FALSE(resend(7, kStart)->repeated);
  EXPECT_TRUE(resend(7, kStart + kRoundTrip)->repeated);
}

TEST_F(PacketHistoryTest, FindsWhatItKeepsWithoutCountingIt) {
  store(7, kStart);
  for (int i = 0; i < 20; ++i) EXPECT_NE(history_.find(SequenceNumber(7)), nullptr);
  EXPECT_EQ(history_.find(SequenceNumber(6)), nullptr);
  EXPECT_EQ(history_.find(SequenceNumber(8)), nullptr);
  EXPECT_NE(resend(7, kStart), std::nullopt);
}

TEST_F(PacketHistoryTest, ResendsAPacketTenTimesAtTheMost) {
  store(7, kStart);
  int resent = 0;
  for (int i = 0; i < 19; ++i) resent += resend(7, kStart + i * kRoundTrip) ? 1 : 0;
  EXPECT_EQ(resent, 10);
}

TEST_F(PacketHistoryTest, ForgetsAfterASecond) {
  store(7, kStart);
  EXPECT_EQ(resend(7, kStart + 1001ms), std::nullopt);
  store(8, kStart + 1001ms);
  EXPECT_EQ(history_.size(), 1u);
}

TEST_F(PacketHistoryTest, RemembersForThreeRoundTripsWhereTheyAreLonger) {
  history_.set_round_trip_time(500ms);
  store(7, kStart);
  EXPECT_NE(resend(7, kStart + 1400ms), std::nullopt);
  EXPECT_EQ(resend(7, kStart + 2000ms), std::nullopt);
}

TEST_F(PacketHistoryTest, KeepsNoMoreThanItsNumberAndWraps) {
  for (int i = 0; i < 5000; ++i) store(static_cast<uint16_t>(63'000 + i), kStart);
  EXPECT_EQ(history_.size(), 2048u);
  EXPECT_NE(resend(static_cast<uint16_t>(67'999), kStart), std::nullopt);
  EXPECT_NE(resend(static_cast<uint16_t>(68'000 - 2048), kStart), std::nullopt);
  EXPECT_EQ(resend(static_cast<uint16_t>(68'000 - 2049), kStart), std::nullopt);
}

}  // namespace
}  // namespace sotto::transport
