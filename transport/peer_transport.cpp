#include "transport/peer_transport.hpp"

#include <cmath>
#include <utility>

#include "transport/congestion/audio_rate.hpp"
#include "transport/congestion/delay_based_estimator.hpp"
#include "transport/congestion/size_on_path.hpp"
#include "transport/detail/peer_transport_state.hpp"

namespace sotto::transport {
namespace {

// On a path that loses more by itself, what was lost before a key frame comes again sooner than all of the key frame.
constexpr double kLossy = 0.15;

// Until RTCP has measured one and if nobody says better: what libwebrtc begins with.
constexpr Duration kDefaultRoundTripTime = 100ms;

// It bounds the first picture, which a path of 300 kbit/s should carry in a third of a second, and whose packets show
// at once how much more may follow.
constexpr DataRate kStartRate = DataRate::kbps(400);
constexpr DataRate kLeastRate = DataRate::kbps(60);
// What is of use beyond the most that video may have: sound, headers, and repairs where much is lost.
constexpr double kUsefulFactor = 2;
constexpr DataRate kUsefulMargin = DataRate::kbps(200);
// What sound with its copies may have of an estimate, if there is a picture as well.
constexpr double kMostAudio = 0.46;
// Smaller changes are not worth telling the encoder.
constexpr double kWorthTelling = 0.03;

bool can_estimate(const PeerTransportOptions& options) {
  return !options.fixed_rate && options.send_transport_sequence_extension_id != 0 && options.video_target.bps() > 0;
}

DataRate most_useful(const PeerTransportOptions& options) {
  return options.video_target * kUsefulFactor + kUsefulMargin;
}

std::unique_ptr<BandwidthEstimator> make_estimator(const PeerTransportOptions& options) {
  if (!can_estimate(options)) return std::make_unique<FixedRateEstimator>(options.video_target);
  const DataRate most = most_useful(options);
  return std::make_unique<DelayBasedEstimator>(
      EstimatorLimits{.start = std::min(kStartRate, most), .least = kLeastRate, .most = most});
}

bool is_worth_telling(DataRate told, DataRate now, DataRate most) {
  if (now == told) return false;
  return now == most || std::abs(now.kbps() - told.kbps()) > kWorthTelling * told.kbps();
}

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
      estimator_(make_estimator(options_)),
      target_(estimator_->target()),
      video_budget_(options_.video_target),
      pacer_(paced_target(), pacing()),
      arrivals_(now),
      schedule_(now) {
  const Duration round_trip_time = options_.initial_round_trip_time.value_or(kDefaultRoundTripTime);
  for (const StreamConfig& config : options_.send) {
    SOTTO_ASSERT(send_stream(config.kind) == nullptr);
    send_streams_.emplace_back(config, send_ids(), resend_rate(), round_trip_time, random, pool_);
    if (config.kind == MediaKind::kAudio && config.red_payload_type) redundancy_.emplace();
  }
  for (const StreamConfig& config : options_.receive) {
    SOTTO_ASSERT(receive_stream(config.kind) == nullptr);
    receive_streams_.emplace_back(config, receive_ids(), round_trip_time, pool_);
  }
  follow_target(now);
}

void PeerTransport::State::send(MediaKind kind, PacketHandle payload, uint32_t rtp_timestamp, bool marker,
                                Timestamp now, Timestamp captured, PayloadForm form) {
  SOTTO_ASSERT(payload->size() <= max_payload_size());
  SendStream* stream = send_stream(kind);
  if (stream == nullptr || left_) return;
  const bool redundant = form == PayloadForm::kRedundant;
  if (redundant && !stream->config().red_payload_type) return;
  stream->set_media_time(rtp_timestamp, captured);
  sends_video_ = sends_video_ || kind == MediaKind::kVideo;
  if (form == PayloadForm::kKeyFrame) {
    key_frame_sent_ = now;
    // With its first part, for those that have left already are needed.
    if (!pacer_.knows_key_frame(rtp_timestamp) && protection_.loss() < kLossy) stream->forget_sent();
  }
  pacer_.enqueue({.priority = priority_of(kind),
                  .payload = std::move(payload),
                  .rtp_timestamp = rtp_timestamp,
                  .marker = marker,
                  .redundant = redundant,
                  .key_frame = form == PayloadForm::kKeyFrame},
                 now);
  release_paced(now);
}

void PeerTransport::State::release_paced(Timestamp now) {
  send_probe(now);
  if (!probe_.active()) {
    while (auto packet = pacer_.poll(now)) send_rtp(std::move(*packet), now);
  }
  counts_.pacer_dropped_packets += pacer_.take_dropped(PacketPriority::kRepair);
  if (const size_t dropped = pacer_.take_dropped(PacketPriority::kVideo); dropped > 0) {
    counts_.pacer_dropped_packets += dropped;
    events_.push(KeyFrameRequested{});
  }
}

void PeerTransport::State::send_probe(Timestamp now) {
  if (!probe_.active() && sends_video_) {
    if (const auto cluster = estimator_->take_probe(now)) {
      probe_.start(*cluster, now);
      ++counts_.probes_sent;
    }
  }
  while (probe_.active() && (*probe_.next_send() <= now || pacer_.has_audio())) {
    if (auto packet = pacer_.take_next(now)) {
      send_rtp(std::move(*packet), now);
    } else if (probe_.cluster().padded) {
      send_padding(now);
    } else {
      probe_.stop();
    }
  }
}

void PeerTransport::State::send_rtp(PacedPacket packet, Timestamp now) {
  const PacketPriority priority = packet.priority;
  const DataSize payload = DataSize::bytes(static_cast<int64_t>(packet.payload->size()));
  const MediaKind kind = kind_of(priority);
  const bool marker = packet.marker;
  const bool new_video = priority == PacketPriority::kVideo;
  if (packet.key_frame) key_frame_sent_ = now;
  SendStream& stream = *send_stream(kind);
  const auto size =
      send_protected(kind, stream.packetize(std::move(packet), sent_packets_.next_sequence(), *pool_, now), now);
  if (size) video_budget_.on_sent(priority, payload, *size, now);
  if (new_video && stream.ends_group(marker)) {
    const std::optional<Duration> round_trip = round_trip_time();
    stream.protect(protection_.sums_per_packet(round_trip),
                   protection_.least_sums(stream.unprotected_packets(), round_trip), marker, pacer_, now);
  }
}

void PeerTransport::State::send_padding(Timestamp now) {
  SendStream* video = send_stream(MediaKind::kVideo);
  if (video == nullptr || !video->repairs()) {
    probe_.stop();
    return;
  }
  const auto size = send_protected(MediaKind::kVideo, video->make_padding(sent_packets_.next_sequence(), *pool_), now);
  if (size) counts_.padding_bytes_sent += static_cast<uint64_t>(size->bytes());
}

std::optional<DataSize> PeerTransport::State::send_protected(MediaKind kind, PacketHandle datagram, Timestamp now) {
  if (!srtp_.protect_rtp(*datagram)) {
    ++counts_.failed_protections;
    probe_.stop();
    return std::nullopt;
  }
  const DataSize size = size_on_path(datagram->size());
  const DataSize unnumbered = std::exchange(unnumbered_, DataSize());
  video_budget_.on_rtcp_sent(unnumbered, now);
  pacer_.on_unpaced_sent(unnumbered, now);
  if (options_.send_transport_sequence_extension_id != 0) {
    const int probe = probe_.active() ? probe_.cluster().id : 0;
    const SentPacket sent = sent_packets_.on_sent(size + unnumbered, probe, now);
    estimator_->on_sent(sent);
    if (redundancy_ && kind == MediaKind::kAudio) redundancy_->on_sent(sent.sequence);
  }
  put_out(std::move(datagram));
  if (probe_.active()) probe_.on_sent(size);
  return size;
}

void PeerTransport::State::put_out(PacketHandle datagram) {
  SOTTO_ASSERT(datagram->size() <= kMaxDatagramSize);
  ++counts_.datagrams_sent;
  counts_.datagram_bytes_sent += datagram->size();
  datagrams_.push(std::move(datagram));
}

DataRate PeerTransport::State::resend_rate() const {
  return can_estimate(options_) ? target_ * VideoBudget::kMostRepairs : target_;
}

Pacing PeerTransport::State::pacing() const {
  return !can_estimate(options_) || target_ >= most_useful(options_) ? Pacing::kLoose : Pacing::kTight;
}

DataRate PeerTransport::State::paced_target() const {
  return pacing() == Pacing::kLoose ? options_.video_target : target_;
}

int PeerTransport::State::affordable_copies() const {
  if (!can_estimate(options_)) return RedundancyControl::kMostCopies;
  // Less repetition is no answer to loss, and never lets as little be sent as would show whose loss it is.
  const DataRate target = estimator_->target_by_delay();
  const DataRate room = sends_video_ ? target * kMostAudio : target;
  int copies = RedundancyControl::kMostCopies;
  while (copies > 0 && audio_rate({.bitrate = options_.audio_bitrate, .copies = copies}) > room) --copies;
  return copies;
}

void PeerTransport::State::follow_losses() {
  if (!redundancy_) return;
  const int copies = std::min(redundancy_->copies(), affordable_copies());
  if (audio_copies_ == copies) return;
  audio_copies_ = copies;
  video_budget_.expect_audio(audio_rate({.bitrate = options_.audio_bitrate, .copies = copies}));
  events_.push(AudioCopiesChanged{copies});
}

void PeerTransport::State::follow_target(Timestamp now) {
  follow_losses();
  if (estimator_->target() != target_) {
    target_ = estimator_->target();
    // What waits to leave is little, and may: without it all that follows would be of no use.
    if (!estimator_->waits_for_news()) pacer_.set_target(paced_target(), pacing(), now);
    for (SendStream& stream : send_streams_) stream.set_resend_rate(resend_rate(), now);
  }
  const DataRate video =
      can_estimate(options_) ? video_budget_.video(target_, pacer_.queue_time(), now) : options_.video_target;
  if (video_target_ && !is_worth_telling(*video_target_, video, options_.video_target)) return;
  video_target_ = video;
  events_.push(TargetRateChanged{video});
}

std::optional<Timestamp> PeerTransport::State::next_deadline() const {
  if (left_) return std::nullopt;
  // A probe sets the pace for everything.
  std::optional<Timestamp> deadline = probe_.active() ? probe_.next_send() : pacer_.next_deadline();
  deadline = earlier(deadline, schedule_.next_deadline());
  deadline = earlier(deadline, estimator_->next_deadline());
  for (const ReceiveStream& stream : receive_streams_) deadline = earlier(deadline, stream.next_deadline());
  for (const SendStream& stream : send_streams_) deadline = earlier(deadline, stream.next_copy());
  return deadline;
}

void PeerTransport::State::on_deadline(Timestamp now) {
  if (left_) return;
  estimator_->on_deadline(now);
  follow_target(now);
  send_nacks(now);
  for (SendStream& stream : send_streams_) stream.resend_copies(*pool_, pacer_, now);
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
  statistics.video_target = video_target_.value_or(DataRate());
  statistics.audio_copies = audio_copies_.value_or(0);
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
                         std::optional<Timestamp> captured, PayloadForm form) {
  state_->send(kind, std::move(payload), rtp_timestamp, marker, now, captured.value_or(now), form);
}
void PeerTransport::pause_video() { state_->pause_video(); }
void PeerTransport::request_key_frame(Timestamp) { state_->request_key_frame(); }
void PeerTransport::forget_missing(MediaKind kind, int64_t before) { state_->forget_missing(kind, before); }
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
