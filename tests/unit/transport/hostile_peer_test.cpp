#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "test_session.hpp"
#include "transport/peer_transport.hpp"
#include "transport/rtp/rtcp_feedback.hpp"
#include "transport/rtp/rtcp_reports.hpp"
#include "transport/rtp/rtp_packet.hpp"
#include "transport/rtp/rtx.hpp"
#include "transport/rtp/transport_feedback.hpp"

namespace sotto::transport {
namespace {

using ::testing::SizeIs;

constexpr Ssrc kAliceVideo{0x11110002};
constexpr Ssrc kBobVideo{0x22220002};
constexpr Ssrc kBobRetransmissions{0x22220003};
constexpr uint8_t kBobVideoType = 111;
constexpr uint8_t kBobRetransmissionType = 112;
constexpr uint8_t kBobMidId = 9;

/// Alice, against a peer that has the keys and says whatever it likes.
class HostilePeer : public ::testing::Test {
 protected:
  explicit HostilePeer(PeerTransportOptions options = test_options(true))
      : alice_(std::move(options), test_srtp(true), random_, pool_, now_, WallTime{}) {}

  void send_rtcp(const std::function<void(ByteWriter&)>& write) {
    PacketHandle packet = pool_->take();
    ByteWriter out(packet->append(1400));
    write(out);
    packet->truncate(out.size());
    ASSERT_TRUE(bob_.protect_rtcp(*packet));
    alice_.on_datagram(packet->view(), now_);
    drain();
  }

  void send_rtp(RtpHeader header, std::string_view mid, ByteView payload) {
    PacketHandle packet = pool_->take();
    packet->append_bytes(payload);
    prepend_rtp_header(*packet, header, {.mid = mid, .transport_sequence = std::nullopt}, {.mid = kBobMidId});
    ASSERT_TRUE(bob_.protect_rtp(*packet));
    alice_.on_datagram(packet->view(), now_);
    drain();
  }

  void send_nack(const std::vector<SequenceNumber>& lost) {
    std::span<const SequenceNumber> rest(lost);
    while (!rest.empty()) {
      send_rtcp([&](ByteWriter& out) { rest = rest.subspan(write_nack(out, kBobVideo, kAliceVideo, rest)); });
    }
  }

  /// Alice's video; returns the sequence number of the first packet.
  SequenceNumber let_alice_send(int packets) {
    SequenceNumber first;
    for (int i = 0; i < packets; ++i) {
      PacketHandle payload = pool_->take();
      payload->append(1000);
      alice_.send(MediaKind::kVideo, std::move(payload), static_cast<uint32_t>(i), false, now_);
      const PacketHandle datagram = alice_.poll_datagram();
      if (i == 0) first = SequenceNumber(ByteReader(datagram->view().subspan(2)).u16());
      drain();
      run_for(3ms);
    }
    return first;
  }

  void run_for(Duration time) {
    const Timestamp end = now_ + time;
    while (alice_.next_deadline() && *alice_.next_deadline() <= end) {
      now_ = std::max(now_, *alice_.next_deadline());
      alice_.on_deadline(now_);
      drain();
    }
    now_ = end;
  }

  void drain() {
    while (const PacketHandle datagram = alice_.poll_datagram()) {
      ++datagrams_;
      bytes_ += datagram->size();
    }
    while (auto event = alice_.poll_event()) events_.push_back(std::move(*event));
  }

  template <typename Event>
  size_t count() const {
    return std::count_if(events_.begin(), events_.end(),
                         [](const TransportEvent& event) { return std::holds_alternative<Event>(event); });
  }
  uint64_t resent() const { return alice_.statistics().send[1].retransmitted_packets; }

  Timestamp now_{1000s};
  SeededRandom random_{1};
  std::shared_ptr<PacketPool> pool_ = PacketPool::create();
  PeerTransport alice_;
  SrtpSession bob_ = test_srtp(false);
  std::vector<TransportEvent> events_;
  size_t datagrams_ = 0;
  size_t bytes_ = 0;
};

TEST_F(HostilePeer, ASequenceNumberAskedForAHundredTimesIsResentOnce) {
  const SequenceNumber first = let_alice_send(10);
  send_rtcp([&](ByteWriter& out) {
    write_rtcp_header(out, RtcpType::kTransportFeedback, kNackFormat, 8 + 4 * 100);
    out.u32(kBobVideo.value());
    out.u32(kAliceVideo.value());
    for (int i = 0; i < 100; ++i) {
      out.u16((first + 3).value());
      out.u16(0);
    }
  });
  run_for(1s);
  EXPECT_EQ(resent(), 1u);
}

TEST_F(HostilePeer, ASequenceNumberAskedForAgainAndAgainIsAnsweredTenTimes) {
  const SequenceNumber first = let_alice_send(10);
  for (int i = 0; i < 100; ++i) {
    send_nack({first + 3});
    run_for(9ms);  // a round trip, not being known, is taken for 100 ms
  }
  EXPECT_LE(resent(), 1u + 9 * 2);  // one, and two for each time it is asked for again
  EXPECT_GE(resent(), 17u);
}

TEST_F(HostilePeer, AskingForEverythingGetsNoMoreThanTheStreamItselfMayHave) {
  const SequenceNumber first = let_alice_send(1000);
  std::vector<SequenceNumber> everything;
  for (int i = 0; i < 32'000; ++i) everything.push_back(first - 16'000 + i);
  const size_t before = bytes_;
  for (int i = 0; i < 10; ++i) {
    send_nack(everything);
    run_for(100ms);
  }
  // One second and the burst of half a second at 2.5 Mbit/s.
  EXPECT_LE(bytes_ - before, 480'000u);
  EXPECT_GT(resent(), 100u);
}

TEST_F(HostilePeer, NacksForOthersOrForPacketsNeverSentResendNothing) {
  const SequenceNumber first = let_alice_send(10);
  send_nack({first - 1, first + 10, first + 20'000});
  send_rtcp([&](ByteWriter& out) {
    write_nack(out, kBobVideo, Ssrc(0x11110001), std::vector{first});
    write_nack(out, kBobVideo, Ssrc(77), std::vector{first});
  });
  run_for(1s);
  EXPECT_EQ(resent(), 0u);
}

TEST_F(HostilePeer, FeedbackOnPacketsNeverSentChangesNothing) {
  let_alice_send(10);
  TransportFeedback feedback;
  feedback.base = SequenceNumber(5000);
  feedback.status_count = 60'000;
  feedback.arrivals = {{.offset = 10, .ticks = 5}};
  send_rtcp([&](ByteWriter& out) { write_transport_feedback(out, feedback); });
  feedback.base = SequenceNumber(0);
  feedback.reference = 0xffffff;
  feedback.arrivals = {{.offset = 10, .ticks = int64_t{0xffffff} * 256}};
  for (int i = 0; i < 3; ++i) send_rtcp([&](ByteWriter& out) { write_transport_feedback(out, feedback); });
  EXPECT_EQ(alice_.statistics().feedback_received, 4u);
  EXPECT_EQ(alice_.statistics().packets_reported_lost, 9u);
}

TEST_F(HostilePeer, AHundredThousandForgedDatagramsOnlyCount) {
  let_alice_send(3);
  const size_t sent = datagrams_;
  Bytes forged(100);
  for (int i = 0; i < 100'000; ++i) {
    random_.fill(forged);
    forged[0] = 0x80;
    forged[1] = static_cast<uint8_t>(i % 2 == 0 ? kBobVideoType : 205);
    alice_.on_datagram(forged, now_);
  }
  drain();
  EXPECT_EQ(alice_.statistics().failed_authentications, 100'000u);
  EXPECT_EQ(alice_.last_authenticated(), std::nullopt);
  EXPECT_EQ(datagrams_, sent);
  send_rtp({.payload_type = kBobVideoType, .sequence = SequenceNumber(1), .ssrc = kBobVideo}, "1", as_bytes("real"));
  EXPECT_EQ(count<PayloadReceived>(), 1u);
}

TEST_F(HostilePeer, ADatagramThatNoBufferHoldsOnlyCounts) {
  alice_.on_datagram(Bytes(60'000, 0x80), now_);
  alice_.on_datagram({}, now_);
  EXPECT_EQ(alice_.statistics().failed_authentications, 2u);
}

TEST_F(HostilePeer, MalformedRtcpOnlyCountsAndWhatPrecedesItCounts) {
  send_rtcp([](ByteWriter& out) {
    write_pli(out, kBobVideo, kAliceVideo);
    write_rtcp_header(out, RtcpType::kSenderReport, 5, 4);
    out.u32(1);
    out.u32(0x8fffffff);
  });
  EXPECT_EQ(alice_.statistics().malformed_packets, 1u);
  EXPECT_EQ(count<KeyFrameRequested>(), 1u);
}

TEST_F(HostilePeer, JumpsOfTheSequenceNumberAskForNoMoreThanAThousandPackets) {
  SequenceNumber sequence(100);
  for (int i = 0; i < 200; ++i) {
    send_rtp({.payload_type = kBobVideoType, .sequence = sequence, .ssrc = kBobVideo}, "1", as_bytes("x"));
    sequence = sequence + (i % 2 == 0 ? 30'000 : 900);
    run_for(50ms);
  }
  // Each gap of 900 may be asked for while it lasts; those of 30 000 never.
  EXPECT_LE(alice_.statistics().receive[1].packets_asked, 100u * 900u);
  EXPECT_GT(count<PacketsGivenUp>(), 50u);
}

TEST_F(HostilePeer, AFirIsAnsweredOnceForEachNumber) {
  const auto fir = [this](uint8_t number) {
    send_rtcp([&](ByteWriter& out) {
      write_rtcp_header(out, RtcpType::kPayloadFeedback, kFirFormat, 16);
      out.u32(kBobVideo.value());
      out.u32(0);
      out.u32(kAliceVideo.value());
      out.u8(number);
      out.zeros(3);
    });
  };
  fir(1);
  fir(1);
  fir(2);
  EXPECT_EQ(count<KeyFrameRequested>(), 2u);
}

TEST_F(HostilePeer, PayloadFromASourceThatWasNotSignalledIsDropped) {
  send_rtp({.payload_type = kBobVideoType, .sequence = SequenceNumber(1), .ssrc = Ssrc(99)}, "1", as_bytes("x"));
  send_rtp({.payload_type = 50, .sequence = SequenceNumber(1), .ssrc = kBobVideo}, "1", as_bytes("x"));
  EXPECT_EQ(count<PayloadReceived>(), 0u);
  EXPECT_EQ(alice_.statistics().unknown_packets, 2u);
}

TEST_F(HostilePeer, ARetransmissionRepeatsNothingBeforeTheFirstPacketOrWithoutANumber) {
  const auto resend = [this](uint16_t sequence, ByteView payload) {
    send_rtp(
        {.payload_type = kBobRetransmissionType, .sequence = SequenceNumber(sequence), .ssrc = kBobRetransmissions},
        "1", payload);
  };
  resend(1, as_bytes("\1\1payload"));
  send_rtp({.payload_type = kBobVideoType, .sequence = SequenceNumber(0x0101), .ssrc = kBobVideo}, "1", as_bytes("x"));
  resend(2, as_bytes("\1"));
  resend(3, as_bytes("\1\1"));
  resend(4, as_bytes("\1\1payload"));
  EXPECT_EQ(count<PayloadReceived>(), 1u);
  EXPECT_EQ(alice_.statistics().receive[1].duplicate_packets, 1u);
}

TEST_F(HostilePeer, AByeOfSomebodyElseIsNotThePeers) {
  send_rtcp([](ByteWriter& out) { write_bye(out, std::vector{Ssrc(5)}); });
  EXPECT_EQ(count<ByeReceived>(), 0u);
  send_rtcp([](ByteWriter& out) { write_bye(out, std::vector{Ssrc(5), kBobVideo}); });
  EXPECT_EQ(count<ByeReceived>(), 1u);
}

PeerTransportOptions without_sources() {
  PeerTransportOptions options = test_options(true);
  for (StreamConfig& stream : options.receive) {
    stream.ssrc = Ssrc();
    stream.rtx_ssrc = std::nullopt;
  }
  return options;
}

/// The same where the description names no sources, as a browser's may not.
class UnsignalledSources : public HostilePeer {
 protected:
  UnsignalledSources() : HostilePeer(without_sources()) {}
};

TEST_F(UnsignalledSources, TheFirstPacketWithMidAndPayloadTypeBindsTheSourceForGood) {
  const auto send = [this](uint32_t source, std::string_view mid) {
    send_rtp({.payload_type = kBobVideoType, .sequence = SequenceNumber(1), .ssrc = Ssrc(source)}, mid, as_bytes("x"));
  };
  send(50, "other");
  send(51, "1");
  send(52, "1");
  ASSERT_EQ(count<PayloadReceived>(), 1u);
  EXPECT_EQ(alice_.statistics().receive[1].ssrc, Ssrc(51));
  EXPECT_EQ(alice_.statistics().unknown_packets, 2u);
}

TEST_F(UnsignalledSources, RetransmissionsAreBoundTheSameWay) {
  const auto video = [this](uint16_t sequence) {
    send_rtp({.payload_type = kBobVideoType, .sequence = SequenceNumber(sequence), .ssrc = Ssrc(51)}, "1",
             as_bytes("x"));
  };
  video(0x0100);
  video(0x0102);
  send_rtp({.payload_type = kBobRetransmissionType, .sequence = SequenceNumber(9), .ssrc = Ssrc(60)}, "1",
           as_bytes("\1\1again"));
  EXPECT_EQ(count<PayloadReceived>(), 3u);
  EXPECT_EQ(alice_.statistics().receive[1].recovered_packets, 1u);
}

TEST_F(UnsignalledSources, AKeyFrameIsAskedForOnceTheSourceIsKnown) {
  alice_.request_key_frame(now_);
  EXPECT_EQ(alice_.statistics().receive[1].key_frame_requests, 0u);
  send_rtp({.payload_type = kBobVideoType, .sequence = SequenceNumber(1), .ssrc = Ssrc(51)}, "1", as_bytes("x"));
  alice_.request_key_frame(now_);
  EXPECT_EQ(alice_.statistics().receive[1].key_frame_requests, 1u);
}

}  // namespace
}  // namespace sotto::transport
