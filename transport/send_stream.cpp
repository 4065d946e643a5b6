#include "transport/send_stream.hpp"

#include <algorithm>

#include "transport/recovery/repetition.hpp"
#include "transport/rtp/rtx.hpp"

namespace sotto::transport {
namespace {

// Half a second of the stream may be asked for at once, such as after a short outage.
constexpr Duration kResendBurst = 500ms;
// As much as its own count can say.
constexpr uint8_t kPaddingSize = 255;
// Sums come soon after what they protect, or they are of no use.
constexpr int kMostPicturesTogether = 3;
constexpr double kMostSumsDue = FecCode::kMostSums;
constexpr DataRate kLeastResendRate = DataRate::kbps(10);
// A picture that is late by more is seen to stand still: three intervals at 30 a second, and 50 ms (see FreezeCounter).
constexpr Duration kUnseen = 150ms;
// As long as there is time for the peer to ask again, that costs less than a copy of everything; after that it is the
// picture that is lost.
constexpr double kDoubtInTime = 0.12;
constexpr double kDoubtAtLast = 0.005;
constexpr int kMostTimes = 4;
// Copies are far enough apart not to be lost in one burst; but what a peer leaves for an answer to be late before it
// asks again, as a part of a round trip, is all that there is time for if it will.
constexpr Duration kLongestCopySpacing = 10ms;
constexpr Duration kShortestCopySpacing = 2ms;
constexpr int kRetryMarginPart = 8;
// Of what retransmissions may have, so much at the most is for copies: at 30 % loss they take less. Where requests come
// in that are no sign of loss, as from a peer that is short of CPU, copies make nothing better.
constexpr double kCopiesPart = 0.2;
constexpr size_t kMostCopies = 512;

/// In the lower half: SRTP at the other end takes its roll-over counter for zero when the first packet arrives (RFC
/// 3711 3.3.1), and would be wrong for good if the number had wrapped in packets lost before.
SequenceNumber first_sequence(RandomSource& random) { return SequenceNumber(random.u32() & 0x7fff); }

}  // namespace

SendStream::SendStream(StreamConfig config, HeaderExtensionIds ids, DataRate resend_rate, Duration round_trip_time,
                       RandomSource& random, const std::shared_ptr<PacketPool>& pool)
    : config_(std::move(config)),
      ids_(ids),
      next_sequence_(first_sequence(random)),
      next_rtx_sequence_(first_sequence(random)),
      resend_budget_(std::max(resend_rate, kLeastResendRate), kResendBurst),
      copy_budget_(std::max(resend_rate * kCopiesPart, kLeastResendRate), kResendBurst),
      round_trip_time_(round_trip_time) {
  SOTTO_ASSERT(config_.mid.size() <= kMaxMidLength && config_.clock_rate > 0);
  const bool repairs = config_.kind == MediaKind::kVideo && config_.rtx_payload_type && config_.rtx_ssrc;
  if (repairs) history_.emplace(round_trip_time);
  if (repairs && config_.red_payload_type && config_.ulpfec_payload_type) fec_.emplace(pool);
  statistics_.kind = config_.kind;
  statistics_.ssrc = config_.ssrc;
}

void SendStream::set_round_trip_time(Duration round_trip_time) {
  round_trip_time_ = round_trip_time;
  if (history_) history_->set_round_trip_time(round_trip_time);
}

void SendStream::set_resend_rate(DataRate rate, Timestamp now) {
  resend_budget_.set_rate(std::max(rate, kLeastResendRate), now);
  copy_budget_.set_rate(std::max(rate * kCopiesPart, kLeastResendRate), now);
}

void SendStream::set_media_time(uint32_t rtp_timestamp, Timestamp captured) {
  media_time_ = {.rtp_timestamp = rtp_timestamp, .captured = captured};
}

PacketHandle SendStream::packetize(PacedPacket packet, SequenceNumber transport_sequence, PacketPool& pool,
                                   Timestamp now) {
  return packet.priority == PacketPriority::kRepair && !packet.protection
             ? packetize_retransmission(std::move(packet), transport_sequence)
             : packetize_original(std::move(packet), transport_sequence, pool, now);
}

PacketHandle SendStream::packetize_original(PacedPacket packet, SequenceNumber transport_sequence, PacketPool& pool,
                                            Timestamp now) {
  RtpHeader header{.marker = packet.marker,
                   .payload_type = packet.redundant ? *config_.red_payload_type : config_.payload_type,
                   .sequence = next_sequence_,
                   .timestamp = packet.rtp_timestamp,
                   .ssrc = config_.ssrc};
  // The mid binds our SSRC to its media section; once the peer has reported on the SSRC it is known (RFC 9143 9.2).
  const HeaderExtensions extensions{.mid = peer_knows_ssrc_ ? std::string_view() : std::string_view(config_.mid),
                                    .transport_sequence = transport_sequence.value()};
  ++next_sequence_;
  ++statistics_.packets;
  statistics_.payload_bytes += packet.payload->size();
  if (fec_) {
    if (packet.protection) {
      ++statistics_.protection_packets;
      statistics_.protection_bytes += packet.payload->size();
    } else {
      add_to_fec(header, extensions, *packet.payload);
      last_timestamp_ = packet.rtp_timestamp;
    }
    wrap_red(*packet.payload, packet.protection);
    header.payload_type = *config_.red_payload_type;
  }

  PacketHandle out;
  if (history_) {
    // SRTP encrypts in place, and a retransmission needs the plain payload.
    out = pool.take();
    out->append_bytes(packet.payload->view());
    // Sums are of no use any more when they are asked for: an empty payload fills their place.
    if (packet.protection) make_empty(*packet.payload);
    history_->store({.sequence = header.sequence,
                     .rtp_timestamp = header.timestamp,
                     .marker = header.marker,
                     .payload = std::move(packet.payload)},
                    now);
  } else {
    out = std::move(packet.payload);
  }
  prepend_rtp_header(*out, header, extensions, ids_);
  return out;
}

void SendStream::wrap_red(PacketBuffer& payload, bool protection) const {
  payload.prepend(1).front() = protection ? *config_.ulpfec_payload_type : config_.payload_type;
}

void SendStream::make_empty(PacketBuffer& payload) const {
  payload.truncate(0);
  wrap_red(payload, false);
}

void SendStream::add_to_fec(const RtpHeader& header, const HeaderExtensions& extensions, PacketBuffer& payload) {
  HeaderExtensions cleared = extensions;
  if (cleared.transport_sequence) cleared.transport_sequence = 0;
  const size_t size = payload.size();
  prepend_rtp_header(payload, header, cleared, ids_);
  fec_->add(header.sequence, payload.view());
  payload.remove_prefix(payload.size() - size);
}

void SendStream::protect(double sums_per_packet, int least_sums, bool marker, Pacer& pacer, Timestamp now) {
  sums_due_ = std::min(sums_due_ + sums_per_packet * static_cast<double>(fec_->size() - counted_), kMostSumsDue);
  counted_ = fec_->size();
  if (marker) ++unprotected_pictures_;
  // Small pictures share a sum; but one that comes much later repairs nothing in time.
  const int due = static_cast<int>(sums_due_);
  const int sums = std::max(due, least_sums);
  const bool dear = due == 0 && 2 * static_cast<size_t>(least_sums) > fec_->size();
  if ((sums == 0 || dear) && unprotected_pictures_ < kMostPicturesTogether && !fec_->full()) return;
  fec_->finish(sums, sums_);
  sums_due_ = std::max(sums_due_ - static_cast<double>(sums_.size()), 0.0);
  counted_ = 0;
  unprotected_pictures_ = 0;
  for (PacketHandle& sum : sums_) {
    pacer.enqueue({.priority = PacketPriority::kRepair,
                   .payload = std::move(sum),
                   .rtp_timestamp = last_timestamp_,
                   .protection = true},
                  now);
  }
  sums_.clear();
}

PacketHandle SendStream::packetize_retransmission(PacedPacket packet, SequenceNumber transport_sequence) {
  const RtpHeader header{.marker = packet.marker,
                         .payload_type = *config_.rtx_payload_type,
                         .sequence = next_rtx_sequence_,
                         .timestamp = packet.rtp_timestamp,
                         .ssrc = *config_.rtx_ssrc};
  ++next_rtx_sequence_;
  ++statistics_.retransmitted_packets;
  statistics_.retransmitted_bytes += packet.payload->size() - kRtxOverhead;
  prepend_rtp_header(*packet.payload, header, {.mid = config_.mid, .transport_sequence = transport_sequence.value()},
                     ids_);
  return std::move(packet.payload);
}

PacketHandle SendStream::make_padding(SequenceNumber transport_sequence, PacketPool& pool) {
  const RtpHeader header{.padding = true,
                         .payload_type = *config_.rtx_payload_type,
                         .sequence = next_rtx_sequence_,
                         .timestamp = media_time_ ? media_time_->rtp_timestamp : 0,
                         .ssrc = *config_.rtx_ssrc};
  ++next_rtx_sequence_;
  PacketHandle packet = pool.take();
  const MutableByteView padding = packet->append(kPaddingSize);
  std::fill(padding.begin(), padding.end(), uint8_t{0});
  padding.back() = kPaddingSize;
  prepend_rtp_header(*packet, header, {.mid = config_.mid, .transport_sequence = transport_sequence.value()}, ids_);
  return packet;
}

void SendStream::on_packet_asked(SequenceNumber sequence, double loss, PacketPool& pool, Pacer& pacer, Timestamp now) {
  ++statistics_.packets_asked;
  const std::optional<PacketHistory::Resend> again =
      history_ && resend_budget_.has_room(now) ? history_->take_for_resend(sequence, now) : std::nullopt;
  if (!again) {
    ++statistics_.retransmissions_refused;
    return;
  }
  resend(again->packet, pool, pacer, now);
  const Duration margin = round_trip_time_ / kRetryMarginPart;
  const bool last = again->age + round_trip_time_ + margin > kUnseen;
  // Whatever is said about the path, this one was lost, or the request for it.
  const int at_least = again->repeated ? 2 : 1;
  const int copies = std::max(times_to_send(loss, last ? kDoubtAtLast : kDoubtInTime, kMostTimes), at_least) - 1;
  if (copies > 0 && copies_.size() < kMostCopies) {
    const Duration spacing =
        last ? kLongestCopySpacing : std::clamp<Duration>(margin, kShortestCopySpacing, kLongestCopySpacing);
    copies_.push({.sequence = sequence, .due = now + spacing, .spacing = spacing, .more = copies - 1});
  }
}

void SendStream::resend_copies(PacketPool& pool, Pacer& pacer, Timestamp now) {
  // Not in the order in which they are due, but nearly: all wait for about as long.
  while (!copies_.empty() && copies_.front().due <= now) {
    Copy copy = copies_.pop();
    const PacketHistory::Packet* packet = history_->find(copy.sequence);
    if (packet == nullptr || !resend_budget_.has_room(now) || !copy_budget_.has_room(now)) continue;
    copy_budget_.pour(DataSize::bytes(static_cast<int64_t>(packet->payload->size())), now);
    resend(*packet, pool, pacer, now);
    if (copy.more == 0) continue;
    --copy.more;
    copy.due = now + copy.spacing;
    copies_.push(copy);
  }
}

std::optional<Timestamp> SendStream::next_copy() const {
  return copies_.empty() ? std::nullopt : std::optional(copies_.front().due);
}

void SendStream::resend(const PacketHistory::Packet& packet, PacketPool& pool, Pacer& pacer, Timestamp now) {
  resend_budget_.pour(DataSize::bytes(static_cast<int64_t>(packet.payload->size())), now);
  PacedPacket again{.priority = PacketPriority::kRepair,
                    .payload = pool.take(),
                    .rtp_timestamp = packet.rtp_timestamp,
                    .marker = packet.marker};
  again.payload->append_bytes(packet.payload->view());
  wrap_rtx(*again.payload, packet.sequence);
  pacer.enqueue(std::move(again), now);
}

void SendStream::on_report_block(const ReportBlock& block) {
  peer_knows_ssrc_ = true;
  statistics_.reported_lost = block.cumulative_lost;
  statistics_.reported_fraction_lost = block.fraction_lost / 256.0;
  statistics_.reported_jitter = Duration(int64_t{block.jitter} * 1'000'000 / config_.clock_rate);
}

std::optional<SenderInfo> SendStream::sender_info(Timestamp now, NtpTime ntp) const {
  if (statistics_.packets == 0 || !media_time_) return std::nullopt;
  const int64_t since = (now - media_time_->captured).count() * int64_t{config_.clock_rate} / 1'000'000;
  return SenderInfo{.ntp = ntp,
                    .rtp_timestamp = media_time_->rtp_timestamp + static_cast<uint32_t>(since),
                    .packets = static_cast<uint32_t>(statistics_.packets),
                    .payload_bytes = static_cast<uint32_t>(statistics_.payload_bytes)};
}

}  // namespace sotto::transport
