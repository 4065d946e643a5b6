#include "transport/peer_transport.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test_session.hpp"
#include "transport/datagram_kind.hpp"
#include "two_peers.hpp"

namespace sotto::transport {
namespace {

using ::testing::ElementsAre;

TEST(PeerTransport, DeliversAPayloadAsItWasSent) {
  TwoPeers peers;
  peers.alice.transport.send(MediaKind::kVideo, peers.payload(3, 0xab), 1234, true, peers.now());
  peers.drain();
  peers.run_for(26ms);
  ASSERT_EQ(peers.bob.payloads.size(), 1u);
  const PayloadReceived& received = peers.bob.payloads[0];
  EXPECT_EQ(received.kind, MediaKind::kVideo);
  EXPECT_THAT(received.payload->view(), ElementsAre(0xab, 0xab, 0xab));
  EXPECT_EQ(received.rtp_timestamp, 1234u);
  EXPECT_TRUE(received.marker);
  EXPECT_FALSE(received.recovered);
  EXPECT_EQ(received.arrival, peers.now() - 1ms);
}

TEST(PeerTransport, TellsTheTargetBeforeAnythingElse) {
  TwoPeers peers;
  EXPECT_THAT(peers.alice.targets, ElementsAre(DataRate::kbps(2500)));
}

TEST(PeerTransport, TheLargestPayloadFillsADatagramExactlyWhenItIsInASumWithTheLongestMid) {
  TwoPeers peers({}, 1, [](PeerTransportOptions& alice, PeerTransportOptions& bob) {
    alice.send[1].mid = bob.receive[1].mid = std::string(16, 'm');
    alice.send[1].red_payload_type = bob.receive[1].red_payload_type = 70;
    alice.send[1].ulpfec_payload_type = bob.receive[1].ulpfec_payload_type = 71;
  });
  size_t largest = 0;
  int packets = 0;
  peers.drop = [&](bool from_alice, ByteView datagram) {
    largest = std::max(largest, datagram.size());
    return from_alice && ++packets == 3;  // and is sent again
  };
  peers.send_video_frame(peers.alice, 20, 0, PeerTransport::max_payload_size());
  peers.run_for(1s);
  EXPECT_EQ(largest, kMaxDatagramSize);
}

TEST(PeerTransport, SendsAFrameOfUsualSizeAtOnce) {
  TwoPeers peers;
  peers.send_video_frame(peers.alice, 10, 0);
  EXPECT_EQ(peers.alice.transport.statistics().datagrams_sent, 10u);
}

TEST(PeerTransport, SpreadsALargeKeyFrameAndLetsAudioPass) {
  TwoPeers peers;
  std::vector<std::pair<Timestamp, size_t>> sent;
  peers.drop = [&](bool from_alice, ByteView datagram) {
    if (from_alice && datagram_kind(datagram) == DatagramKind::kSrtp) sent.emplace_back(peers.now(), datagram.size());
    return false;
  };
  const Timestamp start = peers.now();
  peers.send_video_frame(peers.alice, 100, 0);
  EXPECT_LE(sent.size(), 32u);  // 40 ms of 6.25 Mbit/s are 31 kB

  peers.run_for(10ms);
  const size_t before_audio = sent.size();
  EXPECT_LT(before_audio, 100u);
  peers.send_audio(peers.alice, 0);
  ASSERT_GT(sent.size(), before_audio);
  EXPECT_LT(sent[before_audio].second, 200u);
  EXPECT_EQ(sent[before_audio].first, start + 10ms);

  peers.run_for(200ms);
  EXPECT_EQ(sent.size(), 101u);
  EXPECT_LE(sent.back().first - start, 100ms);  // (100 kB - 31 kB) / 6.25 Mbit/s = 88 ms
}

// A new one would take the place of what waits, and on a thin link none would ever be whole.
TEST(PeerTransport, MakesNoKeyFrameWhileOneIsBeingSent) {
  const auto pool = PacketPool::create();
  TwoPeers peers;
  for (int i = 0; i < 200; ++i) {
    PacketHandle payload = pool->take();
    payload->append(1000);
    peers.alice.transport.send(MediaKind::kVideo, std::move(payload), 0, i == 199, peers.now(), std::nullopt,
                               PayloadForm::kKeyFrame);
  }
  peers.bob.transport.request_key_frame(peers.now());
  peers.drain();
  peers.run_for(100ms);
  EXPECT_EQ(peers.alice.transport.statistics().send[1].key_frame_requests, 1u);
  EXPECT_EQ(peers.alice.key_frame_requests, 0);
}

TEST(PeerTransport, AnswersAKeyFrameRequest) {
  TwoPeers peers;
  peers.bob.transport.request_key_frame(peers.now());
  peers.drain();
  peers.run_for(26ms);
  EXPECT_EQ(peers.alice.key_frame_requests, 1);
  EXPECT_EQ(peers.alice.transport.statistics().send[1].key_frame_requests, 1u);
  EXPECT_EQ(peers.bob.transport.statistics().receive[1].key_frame_requests, 1u);
}

TEST(PeerTransport, SaysGoodbyeOnceAndIsSilentAfterwards) {
  TwoPeers peers;
  peers.send_audio(peers.alice, 0);
  peers.alice.transport.send_bye(peers.now());
  peers.drain();
  const uint64_t sent = peers.alice.transport.statistics().datagrams_sent;
  peers.send_audio(peers.alice, 960);
  peers.send_audio(peers.bob, 0);
  peers.run_for(10s);
  EXPECT_EQ(peers.bob.byes, 1);
  EXPECT_EQ(peers.alice.transport.statistics().datagrams_sent, sent);
  EXPECT_EQ(peers.alice.transport.next_deadline(), std::nullopt);
}

TEST(PeerTransport, MeasuresTheRoundTripWithinHalfASecond) {
  TwoPeers peers({.delay = 40ms});
  for (int i = 0; i < 25; ++i) {
    peers.send_audio(peers.alice, static_cast<uint32_t>(960 * i));
    peers.send_audio(peers.bob, static_cast<uint32_t>(960 * i));
    peers.run_for(20ms);
  }
  ASSERT_TRUE(peers.alice.transport.round_trip_time());
  ASSERT_TRUE(peers.bob.transport.round_trip_time());
  EXPECT_NEAR(to_milliseconds(*peers.alice.transport.round_trip_time()), 80, 1);
  EXPECT_NEAR(to_milliseconds(*peers.bob.transport.round_trip_time()), 80, 1);
}

TEST(PeerTransport, GoesByTheRoundTripItWasToldUntilItHasMeasured) {
  TwoPeers peers({}, 1,
                 [](PeerTransportOptions& alice, PeerTransportOptions&) { alice.initial_round_trip_time = 33ms; });
  EXPECT_EQ(peers.alice.transport.round_trip_time(), Duration(33ms));
  EXPECT_EQ(peers.bob.transport.round_trip_time(), std::nullopt);
}

TEST(PeerTransport, NamesTheMomentOfCaptureInSenderReports) {
  TwoPeers peers;
  const Timestamp captured = peers.now() - 30ms;
  peers.alice.transport.send(MediaKind::kVideo, peers.payload(10), 900'000, true, peers.now(), captured);
  peers.drain();
  EXPECT_EQ(peers.bob.transport.sender_report(MediaKind::kVideo), std::nullopt);
  peers.run_for(150ms);
  const auto report = peers.bob.transport.sender_report(MediaKind::kVideo);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->arrival, peers.now() - 25ms);
  // The report left 100 ms after the packet, so 130 ms after the capture, all by Alice's clock.
  EXPECT_EQ(report->rtp_timestamp, 900'000u + 130 * 90);
  EXPECT_NEAR(to_milliseconds(report->ntp.since_1970()), 1'700'000'000'000.0 + 100, 1);
  EXPECT_EQ(peers.bob.transport.sender_report(MediaKind::kAudio), std::nullopt);
}

TEST(PeerTransport, SendsTheMidUntilThePeerHasReportedOnTheSource) {
  TwoPeers peers;
  // Sizes tell: header 12, extension header 4, transport sequence 3 and mid 2, padded to 4 or 8.
  std::vector<size_t> sizes;
  peers.drop = [&](bool from_alice, ByteView datagram) {
    if (from_alice && datagram_kind(datagram) == DatagramKind::kSrtp) sizes.push_back(datagram.size() - 80 - 16);
    return false;
  };
  peers.send_audio(peers.alice, 0);
  peers.run_for(500ms);
  peers.send_audio(peers.alice, 24'000);
  EXPECT_THAT(sizes, ElementsAre(24, 20));
}

TEST(PeerTransport, AsksTheEncoderForAKeyFrameWhenThePacerHadToDropVideo) {
  TwoPeers peers;
  peers.send_video_frame(peers.alice, 100, 0);
  // The process sleeps for three seconds.
  const Timestamp later = peers.now() + 3s;
  peers.alice.transport.on_deadline(later);
  peers.drain();
  EXPECT_EQ(peers.alice.key_frame_requests, 1);
  EXPECT_GT(peers.alice.transport.statistics().pacer_dropped_packets, 60u);
}

TEST(PeerTransport, CarriesSoundAloneWithoutATargetForVideo) {
  TwoPeers peers({}, 1, [](PeerTransportOptions& alice, PeerTransportOptions& bob) {
    for (PeerTransportOptions* options : {&alice, &bob}) {
      options->send.pop_back();
      options->receive.pop_back();
      options->video_target = DataRate();
    }
  });
  for (uint32_t i = 0; i < 50; ++i) {
    peers.send_audio(peers.alice, 960 * i);
    peers.send_video_frame(peers.alice, 1, 0);  // nobody agreed on video
    peers.run_for(20ms);
  }
  peers.run_for(1s);
  EXPECT_EQ(peers.bob.payloads.size(), 50u);
  EXPECT_EQ(peers.bob.transport.statistics().unknown_packets, 0u);
}

TEST(PeerTransport, OnlyCountsWhatItsKeysMayNotProtectAnyMore) {
  SeededRandom random(1);
  const auto pool = PacketPool::create();
  Timestamp now{1000s};
  PeerTransport alice(test_options(true), test_srtp(true, {.rtp_packets = 10, .rtcp_packets = 1}), random, pool, now,
                      WallTime{});
  for (int i = 0; i < 20; ++i) {
    PacketHandle payload = pool->take();
    payload->append(80);
    alice.send(MediaKind::kAudio, std::move(payload), 0, false, now);
  }
  for (int i = 0; i < 2; ++i) alice.on_deadline(now += 1s);
  const PeerTransportStatistics statistics = alice.statistics();
  EXPECT_EQ(statistics.datagrams_sent, 11u);
  EXPECT_EQ(statistics.failed_protections, 11u);
}

TEST(PeerTransport, WakesUpSeldomInACall) {
  TwoPeers peers;
  int wake_ups = 0;
  for (int i = 0; i < 300; ++i) {
    peers.send_video_frame(peers.alice, 9, static_cast<uint32_t>(i) * 3000);
    peers.send_video_frame(peers.bob, 9, static_cast<uint32_t>(i) * 3000);
    for (int step = 0; step < 33; ++step) {
      const auto deadline = peers.alice.transport.next_deadline();
      wake_ups += deadline && *deadline <= peers.now() + 1ms ? 1 : 0;
      peers.run_for(1ms);
    }
  }
  EXPECT_LE(wake_ups, 130);  // in ten seconds
}

}  // namespace
}  // namespace sotto::transport
