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
  const PacketHistory::Packet* resend(uint16_t sequence, Timestamp now) {
    return history_.take_for_resend(SequenceNumber(sequence), now);
  }

  std::shared_ptr<PacketPool> pool_ = PacketPool::create();
  PacketHistory history_{kRoundTrip};
};

TEST_F(PacketHistoryTest, GivesBackWhatWasStored) {
  store(7, kStart);
  store(8, kStart);
  const PacketHistory::Packet* packet = resend(7, kStart + 60ms);
  ASSERT_NE(packet, nullptr);
  EXPECT_EQ(packet->sequence, SequenceNumber(7));
  EXPECT_EQ(packet->rtp_timestamp, 70u);
  EXPECT_TRUE(packet->marker);
  EXPECT_EQ(packet->payload->size(), 7u);
}

TEST_F(PacketHistoryTest, KnowsNothingThatWasNotStored) {
  EXPECT_EQ(resend(0, kStart), nullptr);
  store(7, kStart);
  EXPECT_EQ(resend(6, kStart), nullptr);
  EXPECT_EQ(resend(8, kStart), nullptr);
  EXPECT_EQ(resend(7 + 2048, kStart), nullptr);
  EXPECT_EQ(resend(7 + 32'768, kStart), nullptr);
}

TEST_F(PacketHistoryTest, ResendsAPacketOnceARoundTrip) {
  store(7, kStart);
  EXPECT_NE(resend(7, kStart + 1ms), nullptr);
  EXPECT_EQ(resend(7, kStart + 50ms), nullptr);
  EXPECT_NE(resend(7, kStart + 51ms), nullptr);
  history_.set_round_trip_time(200ms);
  EXPECT_EQ(resend(7, kStart + 250ms), nullptr);
}

TEST_F(PacketHistoryTest, ResendsAPacketTenTimesAtTheMost) {
  store(7, kStart);
  int resent = 0;
  for (int i = 0; i < 19; ++i) resent += resend(7, kStart + i * kRoundTrip) != nullptr ? 1 : 0;
  EXPECT_EQ(resent, 10);
}

TEST_F(PacketHistoryTest, ForgetsAfterASecond) {
  store(7, kStart);
  EXPECT_EQ(resend(7, kStart + 1001ms), nullptr);
  store(8, kStart + 1001ms);
  EXPECT_EQ(history_.size(), 1u);
}

TEST_F(PacketHistoryTest, RemembersForThreeRoundTripsWhereTheyAreLonger) {
  history_.set_round_trip_time(500ms);
  store(7, kStart);
  EXPECT_NE(resend(7, kStart + 1400ms), nullptr);
  EXPECT_EQ(resend(7, kStart + 2000ms), nullptr);
}

TEST_F(PacketHistoryTest, KeepsNoMoreThanItsNumberAndWraps) {
  for (int i = 0; i < 5000; ++i) store(static_cast<uint16_t>(63'000 + i), kStart);
  EXPECT_EQ(history_.size(), 2048u);
  EXPECT_NE(resend(static_cast<uint16_t>(67'999), kStart), nullptr);
  EXPECT_NE(resend(static_cast<uint16_t>(68'000 - 2048), kStart), nullptr);
  EXPECT_EQ(resend(static_cast<uint16_t>(68'000 - 2049), kStart), nullptr);
}

}  // namespace
}  // namespace sotto::transport
