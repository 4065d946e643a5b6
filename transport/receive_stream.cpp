#include "transport/receive_stream.hpp"

#include "transport/rtp/rtx.hpp"

namespace sotto::transport {
namespace {

/// Whether a source may be bound to the media section `mid` by this packet, its payload type being right.
bool names(const RtpPacketView& packet, const std::string& mid) {
  return packet.extensions.mid.empty() || packet.extensions.mid == mid;
}

}  // namespace

ReceiveStream::ReceiveStream(StreamConfig config, HeaderExtensionIds ids, Duration round_trip_time,
                             std::shared_ptr<PacketPool> pool)
    : config_(std::move(config)),
      ids_(ids),
      pool_(std::move(pool)),
      reception_(config_.clock_rate),
      lateness_(config_.clock_rate) {
  SOTTO_ASSERT(config_.clock_rate > 0);
  // Repair of audio would mostly come after its time to play.
  if (config_.kind == MediaKind::kVideo && config_.rtx_payload_type) tracker_.emplace(round_trip_time);
  if (config_.kind == MediaKind::kVideo && config_.red_payload_type && config_.ulpfec_payload_type) fec_.emplace(pool_);
  statistics_.kind = config_.kind;
}

bool ReceiveStream::accept(const RtpPacketView& packet) {
  const RtpHeader& header = packet.header;
  if (header.payload_type == config_.payload_type || header.payload_type == config_.red_payload_type) {
    if (config_.ssrc == Ssrc() && names(packet, config_.mid)) config_.ssrc = header.ssrc;
    return header.ssrc == config_.ssrc;
  }
  if (tracker_ && header.payload_type == config_.rtx_payload_type) {
    if (!config_.rtx_ssrc && names(packet, config_.mid)) config_.rtx_ssrc = header.ssrc;
    return header.ssrc == config_.rtx_ssrc;
  }
  return false;
}

bool ReceiveStream::is_retransmission(const RtpPacketView& packet) const {
  return packet.header.payload_type == config_.rtx_payload_type;
}

std::optional<PayloadReceived> ReceiveStream::on_packet(const RtpPacketView& view, PacketHandle packet, Timestamp now) {
  RtpHeader header = view.header;
  const ByteView rtp_header = packet->view().first(view.payload_offset);
  packet->truncate(view.payload_offset + view.payload.size());
  packet->remove_prefix(view.payload_offset);

  if (is_retransmission(view)) {
    const auto original = unwrap_rtx(*packet);
    // Padding to probe with repeats nothing; and there is nothing to repeat before the first packet.
    if (!original || packet->empty() || !reception_.started()) return std::nullopt;
    const int64_t sequence = unwrapper_.unwrap(*original);
    // What was protected had another header than its retransmission: nothing can be learned for sums.
    if (uses_red() && !unwrap_red(header, *packet, {}, sequence)) return std::nullopt;
    return deliver(sequence, header, std::move(packet), now, true);
  }

  const int64_t sequence = unwrapper_.unwrap(header.sequence);
  reception_.on_packet(sequence, header.timestamp, now);
  late_ = lateness_.on_packet(header.timestamp, now) || late_;
  ++statistics_.packets;
  statistics_.payload_bytes += packet->size();
  if (uses_red() && header.payload_type == config_.red_payload_type &&
      !unwrap_red(header, *packet, rtp_header, sequence)) {
    return std::nullopt;
  }
  return deliver(sequence, header, std::move(packet), now, false);
}

bool ReceiveStream::unwrap_red(RtpHeader& header, PacketBuffer& payload, ByteView rtp_header, int64_t sequence) {
  if (payload.empty()) return true;  // padding
  // One block alone, whose header is its type (RFC 2198 3); the bit above says that more follow.
  const uint8_t type = payload.view().front();
  payload.remove_prefix(1);
  if (type == config_.ulpfec_payload_type) {
    if (!fec_->on_fec(payload.view(), unwrapper_)) return false;
    ++statistics_.protection_packets;
    payload.truncate(0);
    return true;
  }
  if (type != config_.payload_type) return false;
  header.payload_type = config_.payload_type;
  if (rtp_header.empty()) return true;

  const PacketHandle packet = pool_->take();
  packet->append_bytes(rtp_header);
  packet->append_bytes(payload.view());
  packet->view()[1] = static_cast<uint8_t>((packet->view()[1] & 0x80) | type);
  clear_transport_sequence(packet->view(), ids_);
  fec_->on_packet(sequence, packet->view());
  return true;
}

std::optional<PayloadReceived> ReceiveStream::poll_recovered(Timestamp now) {
  if (!fec_) return std::nullopt;
  while (auto recovered = fec_->poll(config_.ssrc)) {
    // As any packet: whoever made the sums decided what is in it.
    const auto view = parse_rtp(recovered->packet->view(), ids_);
    if (!view || view->header.payload_type != config_.payload_type || view->payload.empty()) continue;
    recovered->packet->truncate(view->payload_offset + view->payload.size());
    recovered->packet->remove_prefix(view->payload_offset);
    const RtpHeader header = view->header;
    auto delivered = deliver(recovered->sequence, header, std::move(recovered->packet), now, true);
    if (!delivered) continue;
    ++statistics_.unsummed_packets;
    return delivered;
  }
  return std::nullopt;
}

std::optional<PayloadReceived> ReceiveStream::deliver(int64_t sequence, const RtpHeader& header, PacketHandle payload,
                                                      Timestamp now, bool recovered) {
  if (!filter_.insert(sequence)) {
    ++statistics_.duplicate_packets;
    return std::nullopt;
  }
  if (tracker_) {
    // Sums come behind the last packet of their picture, and have nothing in them by now.
    const bool sum = payload->empty() && uses_red();
    tracker_->on_packet(
        sequence, now, recovered,
        NackTracker::PicturePart{.rtp_timestamp = header.timestamp, .last = header.marker || sum, .sum = sum});
  }
  if (recovered) ++statistics_.recovered_packets;
  // Padding alone keeps a stream alive, and counts as received, but says nothing. Where pictures are in RED, sums take
  // numbers in between them, and the order has to know.
  if (payload->empty() && !uses_red()) return std::nullopt;
  return PayloadReceived{.kind = config_.kind,
                         .form = config_.kind == MediaKind::kAudio && header.payload_type == config_.red_payload_type
                                     ? PayloadForm::kRedundant
                                     : PayloadForm::kPlain,
                         .payload = std::move(payload),
                         .sequence = sequence,
                         .rtp_timestamp = header.timestamp,
                         .marker = header.marker,
                         .arrival = now,
                         .recovered = recovered};
}

void ReceiveStream::on_sender_report(const SenderInfo& info, Timestamp now) {
  sender_report_ = {
      .rtp_timestamp = info.rtp_timestamp, .ntp = info.ntp, .arrival = now, .clock_rate = config_.clock_rate};
}

void ReceiveStream::set_round_trip_time(Duration round_trip_time) {
  if (tracker_) tracker_->set_round_trip_time(round_trip_time);
}

void ReceiveStream::set_request_loss(double loss) {
  if (tracker_) tracker_->set_request_loss(loss);
}

NackTracker::Requests ReceiveStream::take_requests(Timestamp now) {
  if (!tracker_) return {};
  const NackTracker::Requests requests = tracker_->take_requests(now);
  statistics_.packets_asked += requests.asked.size();
  return requests;
}

bool ReceiveStream::take_given_up() {
  const size_t count = tracker_ ? tracker_->take_given_up() : 0;
  statistics_.packets_given_up += count;
  return count > 0;
}

std::optional<Timestamp> ReceiveStream::next_deadline() const {
  return tracker_ ? tracker_->next_deadline() : std::nullopt;
}

std::optional<ReportBlock> ReceiveStream::take_report_block(Timestamp now) {
  if (!reception_.started()) return std::nullopt;
  return ReportBlock{
      .source = config_.ssrc,
      .fraction_lost = reception_.take_fraction_lost(),
      .cumulative_lost = static_cast<int32_t>(std::clamp<int64_t>(reception_.lost(), INT32_MIN, INT32_MAX)),
      .extended_highest = reception_.extended_highest(),
      .jitter = reception_.jitter(),
      .last_sender_report = sender_report_ ? sender_report_->ntp.compact() : 0,
      .delay_since_last = sender_report_ ? to_compact_ntp(now - sender_report_->arrival) : 0};
}

ReceiveStreamStatistics ReceiveStream::statistics() const {
  ReceiveStreamStatistics statistics = statistics_;
  statistics.ssrc = config_.ssrc;
  statistics.lost = reception_.lost();
  statistics.jitter = reception_.jitter_time();
  return statistics;
}

}  // namespace sotto::transport
