#include "two_peers.hpp"

#include <gtest/gtest.h>

#include "test_session.hpp"

namespace sotto::transport {
namespace {

constexpr Timestamp kStart{1000s};
constexpr WallTime kWallStart{std::chrono::milliseconds(1'700'000'000'000)};

struct BothOptions {
  PeerTransportOptions alice = test_options(true);
  PeerTransportOptions bob = test_options(false);
};

PeerTransport transport_of(bool alice, const std::function<void(PeerTransportOptions&, PeerTransportOptions&)>& adapt,
                           RandomSource& random, const std::shared_ptr<PacketPool>& pool) {
  BothOptions options;
  if (adapt) adapt(options.alice, options.bob);
  return PeerTransport(alice ? options.alice : options.bob, test_srtp(alice), random, pool, kStart, kWallStart);
}

}  // namespace

TwoPeers::TwoPeers(LinkOptions link_options, uint64_t seed,
                   std::function<void(PeerTransportOptions&, PeerTransportOptions&)> adapt)
    : random_(seed),
      alice(transport_of(true, adapt, random_, pool_)),
      bob(transport_of(false, adapt, random_, pool_)),
      link(link_options),
      now_(kStart) {
  drain();
}

void TwoPeers::run_for(Duration time) {
  const Timestamp end = now_ + time;
  while (const auto moment = next_moment()) {
    if (*moment > end) break;
    now_ = std::max(now_, *moment);
    if (!in_flight_.empty() && in_flight_.top().arrival <= now_) {
      const InFlight arrived = in_flight_.top();
      in_flight_.pop();
      (arrived.from_alice ? bob : alice).transport.on_datagram(arrived.datagram, now_);
    } else {
      for (TestPeer* peer : {&alice, &bob}) {
        const auto deadline = peer->transport.next_deadline();
        if (deadline && *deadline <= now_) peer->transport.on_deadline(now_);
      }
    }
    drain();
  }
  now_ = end;
}

std::optional<Timestamp> TwoPeers::next_moment() const {
  std::optional<Timestamp> next;
  if (!in_flight_.empty()) next = in_flight_.top().arrival;
  for (const TestPeer* peer : {&alice, &bob}) {
    const auto deadline = peer->transport.next_deadline();
    if (deadline && (!next || *deadline < *next)) next = deadline;
  }
  return next;
}

PacketHandle TwoPeers::payload(size_t size, uint8_t fill) {
  PacketHandle packet = pool_->take();
  const MutableByteView bytes = packet->append(size);
  std::fill(bytes.begin(), bytes.end(), fill);
  return packet;
}

void TwoPeers::send_video_frame(TestPeer& from, int payloads, uint32_t rtp_timestamp, size_t payload_size) {
  for (int i = 0; i < payloads; ++i) {
    from.transport.send(MediaKind::kVideo, payload(payload_size, static_cast<uint8_t>(i)), rtp_timestamp,
                        i == payloads - 1, now_);
  }
  drain();
}

void TwoPeers::send_audio(TestPeer& from, uint32_t rtp_timestamp) {
  from.transport.send(MediaKind::kAudio, payload(80), rtp_timestamp, false, now_);
  drain();
}

void TwoPeers::talk_for(Duration time) {
  for (const Timestamp end = now_ + time; now_ < end; run_for(20ms)) {
    const uint32_t rtp_timestamp = 960 * talked_++;
    for (TestPeer* peer : {&alice, &bob}) {
      const int copies = peer->copies.empty() ? 0 : peer->copies.back();
      const auto size = static_cast<size_t>(copies > 0 ? 81 + copies * 84 : 80);
      peer->transport.send(MediaKind::kAudio, payload(size), rtp_timestamp, false, now_, std::nullopt,
                           copies > 0 ? PayloadForm::kRedundant : PayloadForm::kPlain);
    }
    drain();
  }
}

void TwoPeers::drain() {
  drain(alice, true);
  drain(bob, false);
}

void TwoPeers::drain(TestPeer& peer, bool from_alice) {
  while (const PacketHandle datagram = peer.transport.poll_datagram()) {
    ASSERT_LE(datagram->size(), kMaxDatagramSize);
    if (!drop || !drop(from_alice, datagram->view())) put_on_link(from_alice, datagram->view());
  }
  while (auto event = peer.transport.poll_event()) {
    if (auto* received = std::get_if<PayloadReceived>(&*event)) peer.payloads.push_back(std::move(*received));
    if (const auto* target = std::get_if<TargetRateChanged>(&*event)) peer.targets.push_back(target->target);
    if (const auto* changed = std::get_if<AudioCopiesChanged>(&*event)) peer.copies.push_back(changed->copies);
    peer.key_frame_requests += std::holds_alternative<KeyFrameRequested>(*event) ? 1 : 0;
    peer.byes += std::holds_alternative<ByeReceived>(*event) ? 1 : 0;
    peer.given_up += std::holds_alternative<PacketsGivenUp>(*event) ? 1 : 0;
  }
}

void TwoPeers::put_on_link(bool from_alice, ByteView datagram) {
  if (happens(link.loss)) return;
  const auto fly = [&](Bytes bytes) {
    Duration late{};
    if (link.reordering.count() > 0) {
      late = Duration(static_cast<int64_t>(random_.u64() % static_cast<uint64_t>(link.reordering.count())));
    }
    in_flight_.push({now_ + link.delay + late, order_++, from_alice, std::move(bytes)});
  };
  Bytes bytes(datagram.begin(), datagram.end());
  if (happens(link.forgery)) {
    Bytes forged = bytes;
    forged[random_.u32() % forged.size()] ^= static_cast<uint8_t>(1 << random_.u32() % 8);
    fly(std::move(forged));
  }
  if (happens(link.duplication)) fly(bytes);
  fly(std::move(bytes));
}

bool TwoPeers::happens(double probability) {
  return probability > 0 && static_cast<double>(random_.u32()) < probability * 4294967296.0;
}

}  // namespace sotto::transport
