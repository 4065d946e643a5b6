#include <algorithm>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "base/assert.hpp"
#include "base/random.hpp"
#include "tools/bench/transport_contestants.hpp"
#include "transport/peer_transport.hpp"

namespace sotto::tools {
namespace {

using transport::DtlsRole;
using transport::MediaKind;
using transport::PeerTransport;

// A picture's worth of payloads each 33 ms is what 2.5 Mbit/s of video are; sound is a payload each 20 ms.
constexpr size_t kVideoBurst = 9;
constexpr Duration kVideoInterval = 33ms;
constexpr Duration kAudioInterval = 20ms;
constexpr size_t kBursts = 7;
// An estimate has grown to the target by then, and what waited behind a lower one has left.
constexpr Duration kWarmUp = 5s;
constexpr Duration kDrain = 1s;
constexpr DataRate kVideoTarget = DataRate::kbps(2500);

transport::StreamConfig stream(MediaKind kind, bool of_alice) {
  const bool video = kind == MediaKind::kVideo;
  const uint32_t source = (of_alice ? 0x100 : 0x200) + (video ? 2 : 1);
  transport::StreamConfig config{.kind = kind,
                                 .mid = video ? "1" : "0",
                                 .payload_type = static_cast<uint8_t>(video ? 97 : 96),
                                 .rtx_payload_type = std::nullopt,
                                 .clock_rate = video ? 90'000u : 48'000u,
                                 .ssrc = Ssrc(source),
                                 .rtx_ssrc = std::nullopt};
  if (video) config.rtx_payload_type = uint8_t{98}, config.rtx_ssrc = Ssrc(source + 1);
  return config;
}

transport::PeerTransportOptions options(bool of_alice, bool fixed_rate) {
  transport::PeerTransportOptions chosen;
  for (const MediaKind kind : {MediaKind::kAudio, MediaKind::kVideo}) {
    chosen.send.push_back(stream(kind, of_alice));
    chosen.receive.push_back(stream(kind, !of_alice));
  }
  chosen.send_mid_extension_id = chosen.receive_mid_extension_id = 4;
  chosen.send_transport_sequence_extension_id = chosen.receive_transport_sequence_extension_id = 3;
  chosen.cname = "bench";
  chosen.video_target = kVideoTarget;
  chosen.fixed_rate = fixed_rate;
  return chosen;
}

class Path {
 public:
  explicit Path(const PathTrial& trial) : trial_(trial) {
    payloads_.reserve(operations());
    for (const Timestamp warm = now_ + kWarmUp; now_ < warm;) {
      fill();
      send_all();
    }
    pass_until(now_ + kDrain);
    received_ = 0;
  }

  size_t burst() const { return trial_.kind == MediaKind::kVideo ? kVideoBurst : 1; }
  size_t operations() const { return burst() * kBursts; }

  void fill() {
    payloads_.clear();
    for (size_t i = 0; i < operations(); ++i) {
      payloads_.push_back(pool_->take());
      payloads_.back()->append(trial_.payload_size);
    }
  }

  void run() {
    send_all();
    SOTTO_ASSERT(received_ == operations() * ++runs_);
  }

 private:
  void send_all() {
    for (size_t i = 0; i < payloads_.size(); i += burst()) {
      for (size_t k = i; k < i + burst(); ++k) {
        alice_.send(trial_.kind, std::move(payloads_[k]), rtp_timestamp_, k + 1 == i + burst(), now_);
      }
      rtp_timestamp_ += 960;
      pass_until(now_ + (trial_.kind == MediaKind::kVideo ? kVideoInterval : kAudioInterval));
    }
  }

  void pass_until(Timestamp end) {
    exchange();
    for (;;) {
      const Timestamp next = std::min(alice_.next_deadline().value_or(end), bob_.next_deadline().value_or(end));
      if (next >= end) break;
      now_ = std::max(now_, next);
      for (PeerTransport* peer : {&alice_, &bob_}) {
        if (peer->next_deadline() && *peer->next_deadline() <= now_) peer->on_deadline(now_);
      }
      exchange();
    }
    now_ = end;
  }

  void exchange() {
    while (const PacketHandle datagram = alice_.poll_datagram()) bob_.on_datagram(datagram->view(), now_);
    while (const auto event = bob_.poll_event()) {
      if (std::holds_alternative<transport::PayloadReceived>(*event)) ++received_;
    }
    while (const PacketHandle datagram = bob_.poll_datagram()) alice_.on_datagram(datagram->view(), now_);
    while (alice_.poll_event()) {
    }
  }

  PeerTransport peer(bool alice) {
    const DtlsRole role = alice ? DtlsRole::kClient : DtlsRole::kServer;
    return {options(alice, trial_.fixed_rate),
            transport::SrtpSession::create(transport::SrtpKeys(Secret<88>()), role).value(),
            random_,
            pool_,
            now_,
            WallTime{}};
  }

  const PathTrial trial_;
  SeededRandom random_{1};
  const std::shared_ptr<PacketPool> pool_ = PacketPool::create();
  Timestamp now_{1000s};
  PeerTransport alice_ = peer(true);
  PeerTransport bob_ = peer(false);
  uint32_t rtp_timestamp_ = 0;
  size_t received_ = 0;
  size_t runs_ = 0;
  std::vector<PacketHandle> payloads_;
};

}  // namespace

Contestant packet_path(const PathTrial& trial) {
  const auto path = std::make_shared<Path>(trial);
  return {path->operations(), [path] { path->fill(); }, [path] { path->run(); }};
}

}  // namespace sotto::tools
