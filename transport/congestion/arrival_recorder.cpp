#include "transport/congestion/arrival_recorder.hpp"

#include <algorithm>

namespace sotto::transport {
namespace {

// A power of two above what comes in one interval, at any rate that a call reaches.
constexpr int64_t kWindow = 4096;
// How far back a late packet is still reported: more than a second of 2.5 Mbit/s.
constexpr int64_t kReportAgain = 512;

}  // namespace

ArrivalRecorder::ArrivalRecorder(Timestamp epoch) : epoch_(epoch), arrivals_(kWindow) {}

void ArrivalRecorder::on_packet(SequenceNumber transport_sequence, Timestamp arrival) {
  const int64_t sequence = unwrapper_.unwrap(transport_sequence);
  if (sequence < 0) return;  // Reordered around the very first packet, at a wrap.
  if (!next_base_) next_base_ = highest_ = sequence;
  if (sequence <= highest_ - kReportAgain) return;
  if (slot(sequence).sequence == sequence) return;  // The first of two arrivals is the one that tells.
  slot(sequence) = {.sequence = sequence, .ticks = (arrival - epoch_) / TransportFeedback::kTick};
  highest_ = std::max(highest_, sequence);
  next_base_ = std::min(*next_base_, sequence);
}

bool ArrivalRecorder::next_feedback(TransportFeedback& into, size_t max_size) {
  into.arrivals.clear();
  if (!has_news() || max_size < kTransportFeedbackFixedSize + kTransportFeedbackArrivalSize) return false;
  const size_t most = (max_size - kTransportFeedbackFixedSize) / kTransportFeedbackArrivalSize;
  const int64_t base = std::max(*next_base_, highest_ - kWindow + 1);
  int64_t previous = 0;
  int64_t end = base;
  for (int64_t sequence = base; sequence <= highest_ && into.arrivals.size() < most; ++sequence) {
    const Arrival& arrival = slot(sequence);
    if (arrival.sequence != sequence) continue;
    if (into.arrivals.empty()) {
      into.reference = arrival.ticks / TransportFeedback::kTicksPerReference;
    } else if (!fits_transport_feedback_delta(previous, arrival.ticks)) {
      break;
    }
    into.arrivals.push_back({.offset = static_cast<uint16_t>(sequence - base), .ticks = arrival.ticks});
    previous = arrival.ticks;
    end = sequence + 1;
  }
  into.base = SequenceNumber(static_cast<uint16_t>(base));
  into.status_count = static_cast<uint16_t>(end - base);
  into.feedback_count = feedback_count_++;
  next_base_ = end;
  return !into.arrivals.empty();
}

}  // namespace sotto::transport
