#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "transport/congestion/redundancy_control.hpp"
#include "two_peers.hpp"

namespace sotto::transport {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int kNoFeedback = 0;

/// As in calls: what the path carries is estimated.
void estimate(PeerTransportOptions& alice, PeerTransportOptions& bob) { alice.fixed_rate = bob.fixed_rate = false; }

void without_redundancy(PeerTransportOptions& alice, PeerTransportOptions& bob) {
  alice.send[0].red_payload_type.reset();
  bob.receive[0].red_payload_type.reset();
}

void without_transport_feedback(PeerTransportOptions& alice, PeerTransportOptions& bob) {
  alice.send_transport_sequence_extension_id = bob.receive_transport_sequence_extension_id = kNoFeedback;
}

void send_redundant(TwoPeers& peers) {
  peers.alice.transport.send(MediaKind::kAudio, peers.payload(165), 960, false, peers.now(), std::nullopt,
                             PayloadForm::kRedundant);
  peers.drain();
  peers.run_for(26ms);
}

TEST(AudioRedundancy, ArrivesAsWhatItWasSent) {
  TwoPeers peers;
  send_redundant(peers);
  peers.send_audio(peers.alice, 1920);
  peers.run_for(26ms);
  ASSERT_EQ(peers.bob.payloads.size(), 2u);
  EXPECT_EQ(peers.bob.payloads[0].form, PayloadForm::kRedundant);
  EXPECT_EQ(peers.bob.payloads[0].payload->size(), 165u);
  EXPECT_EQ(peers.bob.payloads[1].form, PayloadForm::kPlain);
  EXPECT_EQ(peers.bob.payloads[1].sequence, peers.bob.payloads[0].sequence + 1) << "they are one stream";
}

TEST(AudioRedundancy, MayBeginAStreamWhoseSourceWasNotSignalled) {
  TwoPeers peers({}, 1, [](PeerTransportOptions&, PeerTransportOptions& bob) { bob.receive[0].ssrc = Ssrc(); });
  send_redundant(peers);
  EXPECT_EQ(peers.bob.payloads.size(), 1u);
}

TEST(AudioRedundancy, IsNeitherAskedForNorSentWhereItWasNotAgreedOn) {
  TwoPeers peers({}, 1, without_redundancy);
  send_redundant(peers);
  EXPECT_THAT(peers.alice.copies, IsEmpty());
  EXPECT_THAT(peers.bob.payloads, IsEmpty());
}

TEST(AudioRedundancy, IsThereFromTheFirstPacketAndGoesWhenNothingIsLost) {
  TwoPeers peers({}, 1, estimate);
  EXPECT_THAT(peers.alice.copies, ElementsAre(1));
  peers.talk_for(2s);
  EXPECT_THAT(peers.alice.copies, ElementsAre(1, 0));
}

class LossOfSound : public ::testing::TestWithParam<uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, LossOfSound, ::testing::Values(1, 2, 3, 4));

TEST_P(LossOfSound, BringsACopyWithin2SecondsAndTakesItBackWithin7) {
  TwoPeers peers({}, GetParam(), estimate);
  peers.talk_for(10s);
  peers.link.loss = 0.1;
  peers.talk_for(2s);
  EXPECT_GE(peers.alice.copies.back(), 1);
  peers.link.loss = 0;
  peers.talk_for(7s);
  EXPECT_EQ(peers.alice.copies.back(), 0);
  EXPECT_EQ(peers.alice.transport.statistics().audio_copies, 0);
}

TEST_P(LossOfSound, OfThreeTenthsBringsTwoCopiesThoughNothingButSoundIsSent) {
  TwoPeers peers({.loss = 0.3}, GetParam(), estimate);
  peers.talk_for(5s);
  int seconds_with_two = 0;
  for (int second = 0; second < 20; ++second) {
    peers.talk_for(1s);
    seconds_with_two += peers.alice.copies.back() >= 2 ? 1 : 0;
  }
  EXPECT_GE(seconds_with_two, 14);
}

TEST_P(LossOfSound, IsKnownFromReceiverReportsWhereThereIsNoOtherFeedback) {
  TwoPeers peers({.loss = 0.15}, GetParam(), without_transport_feedback);
  peers.talk_for(20s);
  EXPECT_THAT(peers.alice.copies, Contains(::testing::Ge(1)));
  peers.link.loss = 0;
  peers.talk_for(3s);
  EXPECT_EQ(peers.alice.copies.back(), 0);
}

TEST(AudioRedundancy, HasNoMoreThanItsShareOfAThinPathBesideAPicture) {
  // The less is of use, the less is estimated: 202 kbit/s. Sound takes 58 of them, and 34 more with each copy.
  TwoPeers peers({.loss = 0.3}, 1, [](PeerTransportOptions& alice, PeerTransportOptions& bob) {
    estimate(alice, bob);
    alice.video_target = bob.video_target = DataRate::kbps(1);
  });
  peers.talk_for(5s);
  EXPECT_GE(peers.alice.copies.back(), 2);
  peers.send_video_frame(peers.alice, 1, 0, 100);
  peers.talk_for(5s);
  EXPECT_EQ(peers.alice.copies.back(), 1);
}

}  // namespace
}  // namespace sotto::transport
