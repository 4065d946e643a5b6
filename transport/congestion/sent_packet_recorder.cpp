#include "transport/congestion/sent_packet_recorder.hpp"

#include <algorithm>

namespace sotto::transport {
namespace {

// A power of two: more than a second of 25 Mbit/s, several of what a call sends.
constexpr int64_t kWindow = 4096;
constexpr int64_t kFirstSequence = 1;
constexpr int64_t kReferenceRange = int64_t{1} << 24;

}  // namespace

SentPacketRecorder::SentPacketRecorder() : slots_(kWindow), next_(kFirstSequence) { results_.reserve(256); }

SentPacket SentPacketRecorder::on_sent(DataSize size, int probe, Timestamp now) {
  const SentPacket packet{.sequence = next_, .sent = now, .size = size, .probe = probe};
  slot(next_) = {.packet = packet};
  ++next_;
  return packet;
}

std::span<const PacketResult> SentPacketRecorder::on_feedback(const TransportFeedback& feedback) {
  results_.clear();
  // Nearest to what was sent last. Whatever was never sent, or is forgotten, the peer may claim without effect.
  const int64_t base = next_ + next_sequence().distance_to(feedback.base);
  const int64_t first = std::max({base, next_ - kWindow, kFirstSequence});
  const int64_t end = std::min(base + feedback.status_count, next_);
  auto arrival = feedback.arrivals.begin();
  for (int64_t sequence = first; sequence < end; ++sequence) {
    while (arrival != feedback.arrivals.end() && base + arrival->offset < sequence) ++arrival;
    const bool arrived = arrival != feedback.arrivals.end() && base + arrival->offset == sequence;
    Slot& sent = slot(sequence);
    if (sent.fate == Fate::kArrived || (!arrived && sent.fate == Fate::kMissing)) continue;
    PacketResult& result = results_.emplace_back(
        PacketResult{.packet = sent.packet, .arrival = std::nullopt, .was_missing = sent.fate == Fate::kMissing});
    if (arrived) result.arrival = unwrap_time(feedback, arrival->ticks);
    sent.fate = arrived ? Fate::kArrived : Fate::kMissing;
  }
  return results_;
}

Duration SentPacketRecorder::unwrap_time(const TransportFeedback& feedback, int64_t ticks) {
  if (!last_reference_) last_reference_ = feedback.reference;
  int64_t forward = (feedback.reference - *last_reference_) % kReferenceRange;
  if (forward < 0) forward += kReferenceRange;
  if (forward >= kReferenceRange / 2) forward -= kReferenceRange;
  const int64_t reference = *last_reference_ + forward;
  last_reference_ = reference;
  const int64_t since_reference = ticks - feedback.reference * TransportFeedback::kTicksPerReference;
  return (reference * TransportFeedback::kTicksPerReference + since_reference) * TransportFeedback::kTick;
}

}  // namespace sotto::transport
