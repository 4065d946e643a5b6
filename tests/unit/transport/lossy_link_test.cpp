#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "transport/datagram_kind.hpp"
#include "two_peers.hpp"

namespace sotto::transport {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Duration kFrameInterval{33'333};
constexpr uint32_t kTicksPerFrame = 3000;

/// Video from Alice to Bob, 30 frames a second, and some sound from Bob, so that both know the round trip. Then a
/// second for what is still to come.
void send_video(TwoPeers& peers, int frames, int payloads_per_frame = 9, size_t payload_size = 1000,
                Duration afterwards = 1s) {
  for (int i = 0; i < frames; ++i) {
    peers.send_audio(peers.bob, static_cast<uint32_t>(i) * 1600);
    peers.send_video_frame(peers.alice, payloads_per_frame, static_cast<uint32_t>(i) * kTicksPerFrame, payload_size);
    peers.run_for(kFrameInterval);
  }
  peers.run_for(afterwards);
}

/// The first frame comes whole: nobody can miss all that is before the first packet that they ever saw.
void introduce(TwoPeers& peers) {
  peers.send_video_frame(peers.alice, 9, 0);
  peers.run_for(kFrameInterval);
}

/// And so does the last: nobody can miss what nothing follows.
void conclude(TwoPeers& peers) {
  peers.link.loss = 0;
  peers.send_video_frame(peers.alice, 9, 0);
  peers.run_for(1s);
}

/// Sends one frame of five packets and a later one, with the packets of `lost` (counted from zero) missing.
void send_frame_without(TwoPeers& peers, const std::set<int>& lost) {
  peers.send_video_frame(peers.alice, 1, 0);
  peers.run_for(kFrameInterval);
  int index = 0;
  peers.drop = [&](bool from_alice, ByteView datagram) {
    return from_alice && datagram_kind(datagram) == DatagramKind::kSrtp && lost.contains(index++);
  };
  peers.send_video_frame(peers.alice, 5, kTicksPerFrame);
  peers.run_for(kFrameInterval);
  peers.send_video_frame(peers.alice, 5, 2 * kTicksPerFrame);
  peers.run_for(1s);
}

std::vector<int64_t> missing_sequences(const TestPeer& peer) {
  std::set<int64_t> seen;
  for (const PayloadReceived& payload : peer.payloads) seen.insert(payload.sequence);
  std::vector<int64_t> missing;
  for (int64_t sequence = *seen.begin(); sequence < *seen.rbegin(); ++sequence) {
    if (!seen.contains(sequence)) missing.push_back(sequence);
  }
  return missing;
}

/// How long each recovered packet was on the way, from the sending of its frame.
std::vector<Duration> recovery_times(const TestPeer& peer, Timestamp first_frame) {
  std::vector<Duration> times;
  for (const PayloadReceived& payload : peer.payloads) {
    if (payload.recovered) {
      times.push_back(payload.arrival - first_frame - payload.rtp_timestamp / kTicksPerFrame * kFrameInterval);
    }
  }
  return times;
}

struct Profile {
  const char* name;
  LinkOptions link;
};

class LossyLink : public ::testing::TestWithParam<Profile> {};

TEST_P(LossyLink, DeliversEveryPayloadOnceAndIntact) {
  for (const uint64_t seed : {1u, 2u, 3u}) {
    TwoPeers peers({}, seed);
    introduce(peers);
    peers.link = GetParam().link;
    // The last packet, if it is lost, is missed when the next frame comes: not after Alice has forgotten it.
    send_video(peers, 150, 9, 1000, Duration::zero());
    conclude(peers);
    EXPECT_EQ(peers.bob.payloads.size(), 152u * 9);
    EXPECT_THAT(missing_sequences(peers.bob), IsEmpty());
    EXPECT_EQ(peers.bob.given_up, 0);
    for (const PayloadReceived& received : peers.bob.payloads) {
      const ByteView bytes = received.payload->view();
      ASSERT_EQ(bytes.size(), 1000u);
      ASSERT_TRUE(std::all_of(bytes.begin(), bytes.end(), [&](uint8_t byte) { return byte == bytes[0]; }));
      ASSERT_EQ(received.marker, bytes[0] == 8);
    }
    EXPECT_EQ(peers.bob.transport.statistics().malformed_packets, 0u);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Profiles, LossyLink,
    ::testing::Values(Profile{"Clean", {}}, Profile{"OnePercent", {.loss = 0.01}},
                      Profile{"FivePercent", {.loss = 0.05}}, Profile{"FivePercentFar", {.delay = 100ms, .loss = 0.05}},
                      Profile{"FivePercentNear", {.delay = 500us, .loss = 0.05}},
                      Profile{"TwentyPercent", {.loss = 0.20}}, Profile{"Reordered", {.reordering = 20ms}},
                      Profile{"ReorderedLossyDoubledAndForged",
                              {.loss = 0.05, .duplication = 0.05, .forgery = 0.2, .reordering = 10ms}}),
    [](const auto& parameter) { return parameter.param.name; });

TEST(PeerTransportRecovery, RecoversAPacketInOneRoundTripAndAShortWait) {
  TwoPeers peers({.delay = 25ms});
  const Timestamp start = peers.now();
  send_frame_without(peers, {2});
  EXPECT_THAT(recovery_times(peers.bob, start), ElementsAre(::testing::Le(Duration(25ms + 50ms + 2ms))));
}

TEST(PeerTransportRecovery, RecoversTheFirstPacketOfACallInOneRoundTrip) {
  TwoPeers peers({.delay = 25ms});
  const Timestamp start = peers.now();
  bool lose = true;
  peers.drop = [&](bool, ByteView) { return std::exchange(lose, false); };
  peers.send_video_frame(peers.alice, 9, 0);
  peers.run_for(1s);
  EXPECT_EQ(peers.bob.payloads.size(), 9u);
  EXPECT_THAT(recovery_times(peers.bob, start), ElementsAre(::testing::Le(Duration(25ms + 50ms + 2ms))));
}

TEST(PeerTransportRecovery, NeverGivesUpWhatWasNotSentBeforeTheFirstPacket) {
  TwoPeers peers;
  send_video(peers, 30);
  EXPECT_EQ(peers.bob.given_up, 0);
  EXPECT_EQ(peers.bob.transport.statistics().receive[1].packets_given_up, 0u);
  EXPECT_EQ(peers.alice.transport.statistics().send[1].retransmitted_packets, 0u);
}

TEST(PeerTransportRecovery, TheEchoOfARequestRepairsWhenTheRequestIsLost) {
  TwoPeers peers({.delay = 25ms});
  send_video(peers, 10);
  const Timestamp start = peers.now() - 10 * kFrameInterval;
  const auto nacks_sent = [&peers] { return peers.bob.transport.statistics().receive[1].nacks_sent; };
  const uint64_t nacks_before = nacks_sent();
  bool lose_packet = true;
  bool lose_request = true;
  peers.drop = [&](bool from_alice, ByteView datagram) {
    if (from_alice) return datagram_kind(datagram) == DatagramKind::kSrtp && std::exchange(lose_packet, false);
    return nacks_sent() > nacks_before && std::exchange(lose_request, false);
  };
  peers.send_video_frame(peers.alice, 9, 10 * kTicksPerFrame);
  peers.run_for(1s);
  EXPECT_THAT(recovery_times(peers.bob, start), ElementsAre(Duration(25ms + 50ms + 1ms + 10ms)));
}

TEST(PeerTransportRecovery, AnswersARequestAndItsEchoOnce) {
  TwoPeers peers({.delay = 25ms});
  send_video(peers, 30);  // the round trip is known
  send_frame_without(peers, {2});
  const SendStreamStatistics sent = peers.alice.transport.statistics().send[1];
  EXPECT_EQ(sent.retransmitted_packets, 1u);
  EXPECT_EQ(peers.bob.transport.statistics().receive[1].duplicate_packets, 0u);
}

TEST(PeerTransportRecovery, ResendsTwiceWhatIsAskedForAgain) {
  TwoPeers peers({.delay = 25ms});
  send_video(peers, 30);
  // A packet, and its retransmission, which leaves after both frames.
  send_frame_without(peers, {2, 10});
  EXPECT_EQ(peers.alice.transport.statistics().send[1].retransmitted_packets, 3u);
  const ReceiveStreamStatistics received = peers.bob.transport.statistics().receive[1];
  EXPECT_EQ(received.recovered_packets, 1u);
  EXPECT_EQ(received.duplicate_packets, 1u);
}

TEST(PeerTransportRecovery, ResendsMoreOftenWhereMuchIsLost) {
  for (const auto& [loss, most, least] : {std::tuple(0.01, 1.2, 0.9), {0.2, 3.2, 2.0}, {0.3, 4.2, 1.7}}) {
    TwoPeers peers({.delay = 25ms, .loss = loss}, 5);
    send_video(peers, 900);
    const double sent = static_cast<double>(peers.alice.transport.statistics().send[1].retransmitted_packets);
    const double lost = static_cast<double>(peers.bob.transport.statistics().receive[1].lost);
    EXPECT_LE(sent, lost * most) << loss;
    EXPECT_GE(sent, lost * least) << loss;
  }
}

TEST(PeerTransportRecovery, RecoversTheLastPacketOfAFrameWhenTheNextComes) {
  TwoPeers peers({.delay = 25ms});
  const Timestamp start = peers.now();
  send_frame_without(peers, {4});
  EXPECT_THAT(recovery_times(peers.bob, start), ElementsAre(::testing::Le(kFrameInterval + 25ms + 50ms + 2ms)));
}

TEST(PeerTransportRecovery, NinetyFivePercentOfFramesAreWholeWithin100MillisecondsAtOnePercentLossAnd50RoundTrip) {
  TwoPeers peers({.delay = 25ms, .loss = 0.01}, 7);
  const Timestamp start = peers.now();
  constexpr int kFrames = 900;
  send_video(peers, kFrames);
  std::vector<Duration> complete(kFrames);
  for (const PayloadReceived& payload : peers.bob.payloads) {
    const uint32_t frame = payload.rtp_timestamp / kTicksPerFrame;
    complete[frame] = std::max(complete[frame], payload.arrival - start - frame * kFrameInterval);
  }
  // A frame can be shown when all before it are there.
  for (size_t i = 1; i < complete.size(); ++i) complete[i] = std::max(complete[i], complete[i - 1] - kFrameInterval);
  std::sort(complete.begin(), complete.end());
  EXPECT_LE(complete[kFrames * 95 / 100], Duration(78ms));
}

/// The parts of the losses that were not yet repaired after one round and after two, at ten per cent loss either way.
struct UnrepairedParts {
  double after_one_round;
  double after_two_rounds;
};

UnrepairedParts unrepaired_at_ten_percent_loss() {
  TwoPeers peers({.delay = 25ms}, 5);
  introduce(peers);
  peers.run_for(1s - kFrameInterval);
  peers.link.loss = 0.1;
  const Timestamp start = peers.now();
  const size_t before = peers.bob.payloads.size();
  send_video(peers, 1800);
  peers.bob.payloads.erase(peers.bob.payloads.begin(),
                           peers.bob.payloads.begin() + static_cast<std::ptrdiff_t>(before));
  const std::vector<Duration> times = recovery_times(peers.bob, start);
  const auto part_above = [&](Duration limit) {
    const auto late = std::count_if(times.begin(), times.end(), [&](Duration time) { return time > limit; });
    return static_cast<double>(late) / static_cast<double>(times.size());
  };
  // A round ends 77 ms after the frame left, or a frame interval later where the last packet was lost, and 10 ms later
  // still where only the echo of the request came through. The next takes 56 ms more.
  return {.after_one_round = part_above(125ms), .after_two_rounds = part_above(180ms)};
}

TEST(PeerTransportRecovery, RepairsNearlyNineOfTenLossesInOneRoundAndNearlyAllInTwoAtTenPercentLoss) {
  const UnrepairedParts unrepaired = unrepaired_at_ten_percent_loss();
  EXPECT_LT(unrepaired.after_one_round, 0.13);
  EXPECT_LT(unrepaired.after_two_rounds, 0.02);
}

TEST(PeerTransportRecovery, AsksForNoAudioAgain) {
  TwoPeers peers({.loss = 0.2});
  for (int i = 0; i < 100; ++i) {
    peers.send_audio(peers.alice, static_cast<uint32_t>(960 * i));
    peers.run_for(20ms);
  }
  EXPECT_EQ(peers.bob.transport.statistics().receive[0].packets_asked, 0u);
  EXPECT_GT(peers.bob.transport.statistics().receive[0].lost, 5);
}

TEST(PeerTransportRecovery, GivesUpWhatAnOutageSwallowedAndGoesOn) {
  TwoPeers peers;
  send_video(peers, 30);
  peers.drop = [](bool, ByteView) { return true; };
  send_video(peers, 90);
  peers.drop = {};
  const size_t before = peers.bob.payloads.size();
  send_video(peers, 30);
  EXPECT_EQ(peers.bob.given_up, 1);
  EXPECT_EQ(peers.bob.payloads.size(), before + 30 * 9);
}

TEST(PeerTransportRecovery, AfterAnOutageOfHalfASecondAsksForAKeyFrameInsteadOfAllThatWasLost) {
  TwoPeers peers;
  send_video(peers, 30);
  peers.send_video_frame(peers.alice, 9, 0);
  peers.run_for(kFrameInterval);
  peers.drop = [](bool, ByteView) { return true; };
  for (int i = 0; i < 15; ++i) {
    peers.send_video_frame(peers.alice, 9, 0);
    peers.run_for(kFrameInterval);
  }
  peers.drop = {};
  send_video(peers, 30);
  EXPECT_EQ(peers.bob.given_up, 1);
  EXPECT_EQ(peers.alice.transport.statistics().send[1].retransmitted_packets, 0u);
}

TEST(PeerTransportRecovery, ReportsWhatTheLinkLost) {
  TwoPeers peers;
  int video_packets = 0;
  peers.drop = [&](bool from_alice, ByteView datagram) {
    return from_alice && datagram_kind(datagram) == DatagramKind::kSrtp && datagram.size() > 500 &&
           ++video_packets % 50 == 0;
  };
  send_video(peers, 300);
  const PeerTransportStatistics alice = peers.alice.transport.statistics();
  const PeerTransportStatistics bob = peers.bob.transport.statistics();
  EXPECT_EQ(alice.send[1].packets, 2700u);
  EXPECT_EQ(bob.receive[1].recovered_packets, static_cast<uint64_t>(bob.receive[1].lost));
  EXPECT_EQ(alice.send[1].reported_lost, bob.receive[1].lost);
  EXPECT_EQ(alice.packets_reported_lost, static_cast<uint64_t>(video_packets / 50));
  EXPECT_GE(alice.send[1].retransmitted_packets, bob.receive[1].recovered_packets);
}

TEST(PeerTransportRecovery, TakesNeitherReorderingNorDuplicatesForLoss) {
  TwoPeers peers({.duplication = 0.1, .reordering = 15ms}, 3);
  send_video(peers, 300);
  const PeerTransportStatistics alice = peers.alice.transport.statistics();
  EXPECT_EQ(alice.packets_reported_lost, 0u);
  EXPECT_EQ(alice.send[1].reported_lost, 0);
  // The wait for late packets is learned from the first ones.
  EXPECT_LT(alice.send[1].retransmitted_packets, alice.send[1].packets / 20);
}

/// 66 000 packets wrap from wherever the first one is, and the roll-over counter of SRTP with them.
TEST(PeerTransportRecovery, CrossesTheWrapOfSequenceNumbersWithLossAndReordering) {
  for (const uint64_t seed : {11u, 12u}) {
    TwoPeers peers({}, seed);
    introduce(peers);
    peers.link = {.delay = 10ms, .loss = 0.03, .reordering = 5ms};
    constexpr int kFrames = 66'000 / 60;
    send_video(peers, kFrames, 60, 20, Duration::zero());
    conclude(peers);
    EXPECT_EQ(peers.bob.payloads.size(), kFrames * 60u + 18);
    EXPECT_THAT(missing_sequences(peers.bob), IsEmpty());
    EXPECT_GT(peers.bob.payloads.back().sequence, 65'536);
    // Replays and whatever SRTP takes for one: there were none on this link.
    EXPECT_EQ(peers.bob.transport.statistics().failed_authentications, 0u);
  }
}

}  // namespace
}  // namespace sotto::transport
