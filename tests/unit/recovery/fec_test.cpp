#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/random.hpp"
#include "transport/recovery/fec_decoder.hpp"
#include "transport/recovery/fec_encoder.hpp"
#include "transport/rtp/rtp_packet.hpp"

namespace sotto::transport {
namespace {

constexpr Ssrc kSource(0x1234);

/// RTP packets of a stream, and what became of them.
class FecTest : public ::testing::Test {
 protected:
  /// The next packet, `size` bytes of payload.
  Bytes make_packet(size_t size) {
    PacketHandle packet = pool_->take();
    random_.fill(packet->append(size));
    const RtpHeader header{.marker = size % 2 == 1,
                           .payload_type = 96,
                           .sequence = SequenceNumber(next_),
                           .timestamp = 90000u + next_,
                           .ssrc = kSource};
    prepend_rtp_header(*packet, header, {.mid = size % 3 == 0 ? "video" : "", .transport_sequence = 0},
                       {.mid = 4, .transport_sequence = 5});
    Bytes bytes(packet->view().begin(), packet->view().end());
    sent_[next_++] = bytes;
    encoder_.add(header.sequence, bytes);
    return bytes;
  }

  /// Sends a group of `count` packets with `sums` of them, of which those with these indices are lost: packets first.
  void send_group(int count, int sums, const std::set<int>& lost) {
    for (int i = 0; i < count; ++i) {
      const uint16_t sequence = next_;
      const Bytes packet = make_packet(100 + static_cast<size_t>(random_.u32() % 1000));
      if (!lost.contains(i)) receive(sequence, packet);
    }
    std::vector<PacketHandle> payloads;
    encoder_.finish(sums, payloads);
    for (size_t i = 0; i < payloads.size(); ++i) {
      if (lost.contains(count + static_cast<int>(i))) continue;
      EXPECT_TRUE(decoder_.on_fec(payloads[i]->view(), numbers_));
    }
    take_recovered();
  }

  void receive(uint16_t sequence, ByteView packet) {
    decoder_.on_packet(numbers_.unwrap(SequenceNumber(sequence)), packet);
    take_recovered();
  }

  void take_recovered() {
    while (auto recovered = decoder_.poll(kSource)) {
      const auto sequence = static_cast<uint16_t>(recovered->sequence);
      const ByteView packet = recovered->packet->view();
      ASSERT_TRUE(sent_.contains(sequence)) << sequence << " was never sent";
      EXPECT_EQ(Bytes(packet.begin(), packet.end()), sent_[sequence]);
      recovered_.insert(sequence);
    }
  }

  std::shared_ptr<PacketPool> pool_ = PacketPool::create();
  SeededRandom random_{1};
  FecEncoder encoder_{pool_};
  FecDecoder decoder_{pool_};
  SequenceUnwrapper numbers_;
  uint16_t next_ = 0xfff0;  // wraps soon
  std::map<uint16_t, Bytes> sent_;
  std::set<uint16_t> recovered_;
};

TEST_F(FecTest, FindsAnyLostPacketFromOneSum) {
  for (int lost = 0; lost < 9; ++lost) {
    const auto sequence = static_cast<uint16_t>(next_ + lost);
    send_group(9, 1, {lost});
    EXPECT_EQ(recovered_, std::set{sequence});
    recovered_.clear();
  }
}

TEST_F(FecTest, FindsAnyTwoLostOfNinePacketsAndFourSums) {
  for (int a = 0; a < 13; ++a) {
    for (int b = a + 1; b < 13; ++b) {
      recovered_.clear();
      send_group(9, 4, {a, b});
      EXPECT_EQ(recovered_.size(), (a < 9 ? 1U : 0U) + (b < 9 ? 1U : 0U)) << a << " and " << b;
    }
  }
}

TEST_F(FecTest, FindsAnyThreeLostOfNinePacketsAndFiveSums) {
  for (int a = 0; a < 14; ++a) {
    for (int b = a + 1; b < 14; ++b) {
      for (int c = b + 1; c < 14; ++c) {
        recovered_.clear();
        send_group(9, 5, {a, b, c});
        EXPECT_EQ(recovered_.size(), (a < 9 ? 1U : 0U) + (b < 9 ? 1U : 0U) + (c < 9 ? 1U : 0U));
      }
    }
  }
}

TEST_F(FecTest, LeavesFewGroupsUnsolvedAtTenPercentLoss) {
  int unsolved = 0;
  constexpr int kGroups = 2000;
  for (int group = 0; group < kGroups; ++group) {
    recovered_.clear();
    std::set<int> lost;
    size_t packets = 0;
    for (int i = 0; i < 13; ++i) {
      if (random_.u32() % 10 != 0) continue;
      lost.insert(i);
      packets += i < 9 ? 1 : 0;
    }
    send_group(9, 4, lost);
    if (recovered_.size() < packets) ++unsolved;
  }
  EXPECT_LT(unsolved, kGroups * 4 / 100);
}

TEST_F(FecTest, FindsWhatIsLostWhenTheRestComesLate) {
  std::vector<Bytes> packets;
  const uint16_t first = next_;
  for (int i = 0; i < 5; ++i) packets.push_back(make_packet(200));
  std::vector<PacketHandle> sums;
  encoder_.finish(2, sums);
  receive(first, packets[0]);
  for (const PacketHandle& sum : sums) EXPECT_TRUE(decoder_.on_fec(sum->view(), numbers_));
  take_recovered();
  EXPECT_TRUE(recovered_.empty());
  receive(static_cast<uint16_t>(first + 3), packets[3]);
  receive(static_cast<uint16_t>(first + 1), packets[1]);
  EXPECT_EQ(recovered_, (std::set{static_cast<uint16_t>(first + 2), static_cast<uint16_t>(first + 4)}));
}

TEST_F(FecTest, ProtectsPacketsOfFullSizeWithinADatagram) {
  make_packet(1105);
  make_packet(50);
  std::vector<PacketHandle> sums;
  encoder_.finish(1, sums);
  ASSERT_EQ(sums.size(), 1U);
  EXPECT_LE(sums[0]->size(), 1105U + 24 + kMaxUlpfecOverhead);
}

TEST_F(FecTest, ProtectsMoreThanSixteenPacketsWithTheLongMask) {
  recovered_.clear();
  send_group(24, 3, {20, 3});
  EXPECT_EQ(recovered_.size(), 2U);
}

TEST_F(FecTest, FindsNothingInSumsOfPacketsThatItNeverSaw) {
  std::vector<PacketHandle> sums;
  for (int i = 0; i < 9; ++i) make_packet(100);
  encoder_.finish(3, sums);
  for (const PacketHandle& sum : sums) EXPECT_TRUE(decoder_.on_fec(sum->view(), numbers_));
  EXPECT_FALSE(decoder_.poll(kSource));
}

TEST_F(FecTest, RefusesWhatIsNotOfTheFormat) {
  make_packet(100);
  make_packet(100);
  std::vector<PacketHandle> sums;
  encoder_.finish(1, sums);
  const Bytes good(sums[0]->view().begin(), sums[0]->view().end());
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(decoder_.on_fec(ByteView(good).first(size), numbers_)) << size << " bytes";
  }
  Bytes extended = good;
  extended[0] |= 0x80;
  EXPECT_FALSE(decoder_.on_fec(extended, numbers_)) << "a header extension that nobody has defined";
  Bytes empty = good;
  empty[12] = empty[13] = 0;
  EXPECT_FALSE(decoder_.on_fec(empty, numbers_)) << "a sum of nothing";
}

TEST_F(FecTest, FindsNoPacketWhoseLengthIsMoreThanTheSumHas) {
  make_packet(100);
  std::vector<PacketHandle> sums;
  encoder_.finish(1, sums);
  Bytes longer(sums[0]->view().begin(), sums[0]->view().end());
  longer[8] = 0x04;  // length recovery
  EXPECT_TRUE(decoder_.on_fec(longer, numbers_));
  EXPECT_FALSE(decoder_.poll(kSource));
}

TEST(Ulpfec, WritesTheHeaderOfRfc5109) {
  const auto pool = PacketPool::create();
  // Version 2, extension, marker, payload type 96, then what a sum keeps.
  const Bytes packet{0x90, 0xe0, 0x12, 0x34, 1, 2, 3, 4, 9, 9, 9, 9, 0xaa, 0xbb};
  FecMask mask;
  mask.set(0);
  mask.set(3);
  const PacketHandle payload = write_ulpfec(SequenceNumber(0x1234), mask, FecRow(packet, *pool), *pool);
  const Bytes expected{0x10, 0xe0, 0x12, 0x34, 1, 2, 3, 4, 0, 2, 0, 2, 0x90, 0x00, 0xaa, 0xbb};
  EXPECT_EQ(Bytes(payload->view().begin(), payload->view().end()), expected);

  mask.set(20);
  const PacketHandle longer = write_ulpfec(SequenceNumber(0x1234), mask, FecRow(packet, *pool), *pool);
  const Bytes expected_long{0x50, 0xe0, 0x12, 0x34, 1, 2, 3, 4, 0, 2, 0, 2, 0x90, 0x00, 0x08, 0, 0, 0, 0xaa, 0xbb};
  EXPECT_EQ(Bytes(longer->view().begin(), longer->view().end()), expected_long);
}

TEST(FecCode, GivesEachPacketItsOwnSumsWhileThereAreEnough) {
  for (int sums = 1; sums <= FecCode::kMostSums; ++sums) {
    const FecCode code(sums);
    std::set<uint16_t> seen;
    const int different = std::min((1 << sums) - 1, 48);
    for (int packet = 0; packet < different; ++packet) {
      EXPECT_NE(code.sums_of(packet), 0);
      EXPECT_LT(code.sums_of(packet), 1 << sums);
      seen.insert(code.sums_of(packet));
    }
    EXPECT_EQ(seen.size(), static_cast<size_t>(different)) << sums;
  }
}

}  // namespace
}  // namespace sotto::transport
