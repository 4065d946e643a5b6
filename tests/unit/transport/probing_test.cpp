#include <gtest/gtest.h>

#include <algorithm>

#include "transport/datagram_kind.hpp"
#include "two_peers.hpp"

namespace sotto::transport {
namespace {

constexpr Duration kFrameInterval{33'333};

/// Two peers that estimate, on a link that carries anything.
class Probing : public ::testing::Test {
 protected:
  Probing()
      : peers_({.delay = 25ms}, 1, [](PeerTransportOptions& alice, PeerTransportOptions& bob) {
          alice.fixed_rate = bob.fixed_rate = false;
        }) {}

  void send_frames(int frames, int payloads) {
    for (int i = 0; i < frames; ++i) {
      peers_.send_video_frame(peers_.alice, payloads, static_cast<uint32_t>(3000 * i));
      peers_.run_for(kFrameInterval);
    }
  }
  PeerTransportStatistics alice() const { return peers_.alice.transport.statistics(); }

  TwoPeers peers_;
};

TEST_F(Probing, TellsTheEncoderToBeginSmall) {
  ASSERT_EQ(peers_.alice.targets.size(), 1u);
  EXPECT_NEAR(peers_.alice.targets.front().kbps(), 290, 5);
}

TEST_F(Probing, TheFirstPictureShowsAnOpenPathWithinOneRoundTripAndAShortWait) {
  peers_.send_video_frame(peers_.alice, 8, 0);
  peers_.run_for(40ms);
  peers_.send_audio(peers_.alice, 0);
  peers_.run_for(60ms);
  EXPECT_EQ(peers_.alice.targets.back(), DataRate::kbps(2500));
  EXPECT_EQ(alice().probes_sent, 1u);
  EXPECT_EQ(alice().padding_bytes_sent, 0u);
}

TEST_F(Probing, TheFirstPictureTakesNoLongerThanItsPacketsAtTenMegabits) {
  peers_.send_video_frame(peers_.alice, 12, 0);
  peers_.run_for(25ms + 11ms);
  EXPECT_EQ(peers_.bob.payloads.size(), 12u);
}

TEST_F(Probing, SoundPassesAProbe) {
  peers_.send_video_frame(peers_.alice, 12, 0);
  peers_.run_for(1ms);
  const uint64_t before = alice().datagrams_sent;
  peers_.send_audio(peers_.alice, 0);
  EXPECT_EQ(alice().datagrams_sent, before + 1);
}

TEST_F(Probing, DoesNotProbeACallWithoutPictures) {
  for (uint32_t i = 0; i < 500; ++i) {
    peers_.send_audio(peers_.alice, 960 * i);
    peers_.run_for(20ms);
  }
  EXPECT_EQ(alice().probes_sent, 0u);
}

TEST_F(Probing, PaddingReachesNobodyAndIsNeitherMissedNorRepeated) {
  // A first picture too small to show anything is followed by probes of padding.
  send_frames(60, 1);
  EXPECT_GT(alice().padding_bytes_sent, 1000u);
  EXPECT_EQ(peers_.bob.payloads.size(), 60u);
  const PeerTransportStatistics bob = peers_.bob.transport.statistics();
  EXPECT_EQ(bob.malformed_packets, 0u);
  EXPECT_EQ(bob.unknown_packets, 0u);
  EXPECT_EQ(bob.receive[1].packets_given_up, 0u);
  EXPECT_EQ(alice().send[1].retransmitted_packets, 0u);
  EXPECT_EQ(bob.receive[1].duplicate_packets, 0u);
}

TEST_F(Probing, EndsWithTheCall) {
  peers_.send_video_frame(peers_.alice, 12, 0);
  peers_.alice.transport.send_bye(peers_.now());
  peers_.drain();
  const uint64_t sent = alice().datagrams_sent;
  peers_.run_for(1s);
  EXPECT_EQ(alice().datagrams_sent, sent);
}

TEST(ProbingWithoutFeedback, StaysWithTheRateThatWasAgreedOn) {
  TwoPeers peers({}, 1, [](PeerTransportOptions& alice, PeerTransportOptions& bob) {
    alice.fixed_rate = bob.fixed_rate = false;
    alice.send_transport_sequence_extension_id = bob.receive_transport_sequence_extension_id = 0;
  });
  EXPECT_EQ(peers.alice.targets.front(), DataRate::kbps(2500));
  peers.send_video_frame(peers.alice, 9, 0);
  peers.run_for(10s);
  EXPECT_EQ(peers.alice.targets.size(), 1u);
}

}  // namespace
}  // namespace sotto::transport
