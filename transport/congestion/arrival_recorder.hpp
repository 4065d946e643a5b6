#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/units.hpp"
#include "transport/rtp/transport_feedback.hpp"

namespace sotto::transport {

/// Remembers when packets with a transport-wide sequence number came, and puts that into feedback for their sender.
///
/// Fed with every authentic packet, also those whose payload came before. A packet that comes after the feedback that
/// called it missing is reported once more, so that reordering is not taken for loss.
class ArrivalRecorder {
 public:
  /// Arrival times are told as what passed since `epoch`.
  explicit ArrivalRecorder(Timestamp epoch);

  void on_packet(SequenceNumber transport_sequence, Timestamp arrival);

  /// Whether anything came that was not reported yet.
  bool has_news() const { return next_base_ && *next_base_ <= highest_; }
  /// Fills the next message (all but its sources) with as much as can be written in `max_size` bytes; false if there is
  /// nothing to report, or no room for it. Call it until has_news() is false.
  bool next_feedback(TransportFeedback& into, size_t max_size);

 private:
  struct Arrival {
    int64_t sequence = -1;
    int64_t ticks = 0;
  };

  Arrival& slot(int64_t sequence) { return arrivals_[static_cast<uint64_t>(sequence) % arrivals_.size()]; }

  Timestamp epoch_;
  SequenceUnwrapper unwrapper_;
  std::vector<Arrival> arrivals_;
  std::optional<int64_t> next_base_;
  int64_t highest_ = 0;
  uint8_t feedback_count_ = 0;
};

}  // namespace sotto::transport
