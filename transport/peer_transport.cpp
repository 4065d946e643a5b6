#include "transport/peer_transport.hpp"

#include "transport/detail/peer_transport_state.hpp"

namespace sotto::transport {
namespace {

// Until RTCP has measured one and if nobody says better: what libwebrtc begins with.
constexpr Duration kDefaultRoundTripTime = 100ms;

PacketPriority priority_of(MediaKind kind) {
  return kind == MediaKind::kAudio ? PacketPriority::kAudio : PacketPriority::kVideo;
}

MediaKind kind_of(PacketPriority priority) {
  return priority == PacketPriority::kAudio ? MediaKind::kAudio : MediaKind::kVideo;
}

std::optional<Timestamp> earlier(std::optional<Timestamp> a, std::optional<Timestamp> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

}  // namespace

PeerTransport::State::State(PeerTransportOptions options, SrtpSession srtp, RandomSource& random,
                            std::shared_ptr<PacketPool> pool, Timestamp now, WallTime wall_now)
    : options_(std::move(options)),
      srtp_(std::move(srtp)),
      pool_(std::move(pool)),
      wall_offset_(Duration(wall_now.time_since_epoch()) - now.time_since_epoch()),
      rtcp_ssrc_(options_.send.empty() ? Ssrc(random.u32()) : options_.send.front().ssrc),
      estimator_(std::make_unique<FixedRateEstimator>(options_.video_target)),
      target_(estimator_->target()),
      pacer_(target_),
      arrivals_(now),
      schedule_(now) {
  const Duration round_trip_time = options_.initial_round_trip_time.value_or(kDefaultRoundTripTime);
  for (const StreamConfig& config : options_.send) {
    SOTTO_ASSERT(send_stream(config.kind) == nullptr);
    send_streams_.emplace_back(config, send_ids(), target_, round_trip_time, random);
  }
  for (const StreamConfig& config : options_.receive) {
    SOTTO_ASSERT(receive_stream(config.kind) == nullptr);
    receive_streams_.emplace_back(config, round_trip_time);
  }
  events_.push(TargetRateChanged{target_});
}

void PeerTransport::State::send(MediaKind kind, PacketHandle payload, uint32_t rtp_timestamp, bool marker,
                                Timestamp now, Timestamp captured) {
  SOTTO_ASSERT(payload->size() <= max_payload_size());
  SendStream* stream = send_stream(kind);
  if (stream == nullptr || left_) return;
  stream->set_media_time(rtp_timestamp, captured);
  pacer_.enqueue(
      {.priority = priority_of(kind), .payload = std::move(payload), .rtp_timestamp = rtp_timestamp, .marker = marker},
      now);
  release_paced(now);
}

void PeerTransport::State::release_paced(Timestamp now) {
  while (auto packet = pacer_.poll(now)) send_rtp(std::move(*packet), now);
  counts_.pacer_dropped_packets += pacer_.take_dropped(PacketPriority::kRetransmission);
  if (const size_t dropped = pacer_.take_dropped(PacketPriority::kVideo); dropped > 0) {
    counts_.pacer_dropped_packets += dropped;
    events_.push(KeyFrameRequested{});
  }
}

void PeerTransport::State::send_rtp(PacedPacket packet, Timestamp now) {
  SendStream& stream = *send_stream(kind_of(packet.priority));
  PacketHandle datagram = stream.packetize(std::move(packet), sent_packets_.next_sequence(), *pool_, now);
  if (!srtp_.protect_rtp(*datagram)) {
    ++counts_.failed_protections;
    return;
  }
  if (options_.send_transport_sequence_extension_id != 0) {
    estimator_->on_sent(sent_packets_.on_sent(DataSize::bytes(static_cast<int64_t>(datagram->size())), now));
  }
  put_out(std::move(datagram));
}

void PeerTransport::State::put_out(PacketHandle datagram) {
  SOTTO_ASSERT(datagram->size() <= kMaxDatagramSize);
  ++counts_.datagrams_sent;
  counts_.datagram_bytes_sent += datagram->size();
  datagrams_.push(std::move(datagram));
}

void PeerTransport::State::follow_target(Timestamp now) {
  if (estimator_->target() == target_) return;
  target_ = estimator_->target();
  pacer_.set_target(target_, now);
  for (SendStream& stream : send_streams_) stream.set_target(target_, now);
  events_.push(TargetRateChanged{target_});
}

std::optional<Timestamp> PeerTransport::State::next_deadline() const {
  if (left_) return std::nullopt;
  std::optional<Timestamp> deadline = earlier(schedule_.next_deadline(), pacer_.next_deadline());
  deadline = earlier(deadline, estimator_->next_deadline());
  for (const ReceiveStream& stream : receive_streams_) deadline = earlier(deadline, stream.next_deadline());
  return deadline;
}

void PeerTransport::State::on_deadline(Timestamp now) {
  if (left_) return;
  estimator_->on_deadline(now);
  follow_target(now);
  send_nacks(now);
  release_paced(now);
  send_due_rtcp(now);
}

PacketHandle PeerTransport::State::poll_datagram() { return datagrams_.empty() ? PacketHandle() : datagrams_.pop(); }

SendStream* PeerTransport::State::send_stream(MediaKind kind) {
  for (SendStream& stream : send_streams_) {
    if (stream.config().kind == kind) return &stream;
  }
  return nullptr;
}

ReceiveStream* PeerTransport::State::receive_stream(MediaKind kind) {
  for (ReceiveStream& stream : receive_streams_) {
    if (stream.config().kind == kind) return &stream;
  }
  return nullptr;
}

HeaderExtensionIds PeerTransport::State::send_ids() const {
  return {.mid = options_.send_mid_extension_id, .transport_sequence = options_.send_transport_sequence_extension_id};
}

HeaderExtensionIds PeerTransport::State::receive_ids() const {
  return {.mid = options_.receive_mid_extension_id,
          .transport_sequence = options_.receive_transport_sequence_extension_id};
}

std::optional<Duration> PeerTransport::State::round_trip_time() const {
  const auto measured = round_trip_timer_.smoothed();
  return measured ? measured : options_.initial_round_trip_time;
}

std::optional<SenderReportMapping> PeerTransport::State::sender_report(MediaKind kind) const {
  for (const ReceiveStream& stream : receive_streams_) {
    if (stream.config().kind == kind) return stream.sender_report();
  }
  return std::nullopt;
}

PeerTransportStatistics PeerTransport::State::statistics() const {
  PeerTransportStatistics statistics = counts_;
  for (const SendStream& stream : send_streams_) statistics.send.push_back(stream.statistics());
  for (const ReceiveStream& stream : receive_streams_) statistics.receive.push_back(stream.statistics());
  statistics.pacer_queue = pacer_.queue_size();
  statistics.pacer_queue_time = pacer_.queue_time();
  statistics.target = target_;
  statistics.round_trip_time = round_trip_time();
  return statistics;
}

PeerTransport::PeerTransport(PeerTransportOptions options, SrtpSession srtp, RandomSource& random,
                             std::shared_ptr<PacketPool> pool, Timestamp now, WallTime wall_now)
    : state_(std::make_unique<State>(std::move(options), std::move(srtp), random, std::move(pool), now, wall_now)) {}
PeerTransport::PeerTransport(PeerTransport&&) noexcept = default;
PeerTransport& PeerTransport::operator=(PeerTransport&&) noexcept = default;
PeerTransport::~PeerTransport() = default;

void PeerTransport::send(MediaKind kind, PacketHandle payload, uint32_t rtp_timestamp, bool marker, Timestamp now,
                         std::optional<Timestamp> captured) {
  state_->send(kind, std::move(payload), rtp_timestamp, marker, now, captured.value_or(now));
}
void PeerTransport::request_key_frame(Timestamp) { state_->request_key_frame(); }
void PeerTransport::send_bye(Timestamp now) { state_->send_bye(now); }
void PeerTransport::on_datagram(ByteView datagram, Timestamp now) { state_->on_datagram(datagram, now); }
std::optional<Timestamp> PeerTransport::next_deadline() const { return state_->next_deadline(); }
void PeerTransport::on_deadline(Timestamp now) { state_->on_deadline(now); }
PacketHandle PeerTransport::poll_datagram() { return state_->poll_datagram(); }
std::optional<TransportEvent> PeerTransport::poll_event() { return state_->poll_event(); }
std::optional<Duration> PeerTransport::round_trip_time() const { return state_->round_trip_time(); }
std::optional<Timestamp> PeerTransport::last_authenticated() const { return state_->last_authenticated(); }
std::optional<SenderReportMapping> PeerTransport::sender_report(MediaKind kind) const {
  return state_->sender_report(kind);
}
PeerTransportStatistics PeerTransport::statistics() const { return state_->statistics(); }

}  // namespace sotto::transport
