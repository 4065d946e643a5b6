// Sums of packets that protect video (RFC 5109), from one PeerTransport to the other.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <set>

#include "two_peers.hpp"

namespace sotto::transport {
namespace {

void protect(StreamConfig& stream) {
  stream.red_payload_type = static_cast<uint8_t>(stream.payload_type + 10);
  stream.ulpfec_payload_type = static_cast<uint8_t>(stream.payload_type + 11);
}

/// Both sides have agreed on protection of what Alice sends.
void agree_on_protection(PeerTransportOptions& alice, PeerTransportOptions& bob) {
  protect(alice.send[1]);
  protect(bob.receive[1]);
}

class VideoProtection : public ::testing::Test {
 protected:
  /// Sends pictures of nine packets for so many seconds.
  void show(TwoPeers& peers, int seconds) {
    for (int picture = 0; picture < 30 * seconds; ++picture) {
      sent_[shown_ * 3000u] = peers.now();
      peers.send_video_frame(peers.alice, 9, shown_++ * 3000u);
      peers.run_for(33ms);
    }
  }

  /// How many of the pictures sent since `from` were whole within `time` of being sent.
  int whole_within(const TwoPeers& peers, Duration time, uint32_t from) {
    std::map<uint32_t, int> in_time;
    for (const PayloadReceived& payload : peers.bob.payloads) {
      if (payload.payload->empty()) continue;
      if (payload.arrival - sent_[payload.rtp_timestamp] <= time) ++in_time[payload.rtp_timestamp];
    }
    int whole = 0;
    for (const auto& [timestamp, packets] : in_time) whole += timestamp >= from * 3000 && packets == 9 ? 1 : 0;
    return whole;
  }

  static SendStreamStatistics sent(const TwoPeers& peers) { return peers.alice.transport.statistics().send[1]; }

  uint32_t shown_ = 0;
  std::map<uint32_t, Timestamp> sent_;
};

TEST_F(VideoProtection, RepairsPicturesBeforeARetransmissionCould) {
  TwoPeers peers({.delay = 50ms, .loss = 0.1}, 1, agree_on_protection);
  show(peers, 3);
  const uint32_t settled = shown_;
  show(peers, 10);
  peers.run_for(1s);
  EXPECT_GE(whole_within(peers, 80ms, settled), 270) << "of 300, 183 of which lost something";
  EXPECT_EQ(peers.bob.given_up, 0);
}

TEST_F(VideoProtection, CostsNothingOnceNothingIsLost) {
  TwoPeers peers({.delay = 50ms}, 1, agree_on_protection);
  show(peers, 5);
  const uint64_t at_first = sent(peers).protection_packets;
  show(peers, 10);
  EXPECT_EQ(sent(peers).protection_packets, at_first);
}

TEST_F(VideoProtection, TakesNoMoreThanLossesAreWorth) {
  for (const auto& [loss, most] : {std::pair(0.01, 0.2), std::pair(0.1, 0.5), std::pair(0.3, 0.9)}) {
    TwoPeers peers({.delay = 25ms, .loss = loss}, 1, agree_on_protection);
    shown_ = 0;
    show(peers, 15);
    const double pictures = static_cast<double>(sent(peers).packets - sent(peers).protection_packets);
    EXPECT_LE(static_cast<double>(sent(peers).protection_packets), pictures * most) << loss;
    EXPECT_GT(sent(peers).protection_bytes, sent(peers).protection_packets) << "sums are no empty packets";
    EXPECT_LT(sent(peers).protection_bytes, sent(peers).payload_bytes);
  }
}

TEST_F(VideoProtection, LeavesHardlyAPictureToRetransmissionsOfALongRoundTrip) {
  for (const auto& [loss, most] : {std::pair(0.01, 0.4), std::pair(0.05, 0.8), std::pair(0.1, 1.15)}) {
    TwoPeers peers({.delay = 100ms, .loss = loss}, 1, agree_on_protection);
    shown_ = 0;
    show(peers, 5);
    const uint32_t settled = shown_;
    show(peers, 30);
    peers.run_for(1s);
    EXPECT_GE(whole_within(peers, 200ms, settled), 900 * 0.985) << loss;
    const double pictures = static_cast<double>(sent(peers).packets - sent(peers).protection_packets);
    EXPECT_LE(static_cast<double>(sent(peers).protection_packets), pictures * most) << loss;
  }
}

TEST_F(VideoProtection, LeavesShortRoundTripsToRetransmission) {
  TwoPeers peers({.delay = 3ms, .loss = 0.1}, 1, agree_on_protection);
  show(peers, 5);  // it is measured within seconds
  const uint64_t at_first = sent(peers).protection_packets;
  show(peers, 10);
  EXPECT_EQ(sent(peers).protection_packets, at_first);
}

TEST_F(VideoProtection, DeliversEachPayloadOnceWhateverComesTwice) {
  TwoPeers peers({.delay = 30ms, .loss = 0.1, .duplication = 0.2, .forgery = 0.1, .reordering = 10ms}, 3,
                 agree_on_protection);
  show(peers, 10);
  peers.run_for(1s);
  std::set<int64_t> seen;
  for (const PayloadReceived& payload : peers.bob.payloads) {
    EXPECT_TRUE(seen.insert(payload.sequence).second);
    if (payload.payload->empty()) continue;
    const ByteView bytes = payload.payload->view();
    EXPECT_EQ(bytes.size(), 1000U);
    EXPECT_TRUE(std::all_of(bytes.begin(), bytes.end(), [&](uint8_t byte) { return byte == bytes.front(); }));
  }
}

TEST_F(VideoProtection, MarksTheLastPacketOfAPictureThatItRecovers) {
  TwoPeers peers({.delay = 50ms}, 1, agree_on_protection);
  int packets = 0;
  // Of the first picture, which is protected on a guess, the last packet is lost.
  peers.drop = [&](bool from_alice, ByteView datagram) {
    return from_alice && datagram.size() > 1000 && ++packets == 9;
  };
  peers.send_video_frame(peers.alice, 9, 4711);
  peers.run_for(90ms);
  ASSERT_FALSE(peers.bob.payloads.empty());
  const auto recovered = std::find_if(peers.bob.payloads.begin(), peers.bob.payloads.end(),
                                      [](const PayloadReceived& payload) { return payload.recovered; });
  ASSERT_NE(recovered, peers.bob.payloads.end());
  EXPECT_TRUE(recovered->marker);
  EXPECT_EQ(recovered->rtp_timestamp, 4711U);
}

TEST_F(VideoProtection, IsNotUsedUnlessBothAgreedOnIt) {
  TwoPeers peers({.delay = 50ms, .loss = 0.1});
  show(peers, 5);
  EXPECT_EQ(sent(peers).protection_packets, 0U);
  for (const PayloadReceived& payload : peers.bob.payloads) EXPECT_FALSE(payload.payload->empty());
}

}  // namespace
}  // namespace sotto::transport
