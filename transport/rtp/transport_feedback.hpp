#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <sotto/time.hpp>

#include "base/sequence_number.hpp"
#include "transport/rtp/rtcp_feedback.hpp"

namespace sotto::transport {

/// Transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01): which of the packets numbered
/// `base` to `base + status_count - 1` arrived, and when by the receiver's clock. The others had not when it was sent.
struct TransportFeedback {
  /// What arrival times are counted in, and what the reference time is (section 3.1).
  static constexpr Duration kTick{250};
  static constexpr int64_t kTicksPerReference = 256;  // 64 ms

  struct Arrival {
    uint16_t offset = 0;  ///< from base; ascending
    int64_t ticks = 0;    ///< in kTick since the zero of the reference time

    bool operator==(const Arrival&) const = default;
  };

  Ssrc sender{};
  Ssrc media{};
  SequenceNumber base{};
  uint16_t status_count = 0;
  uint8_t feedback_count = 0;  ///< of the message; grows by one a message, wraps
  /// In units of kTicksPerReference; 24 bits of it are on the wire, so it wraps after twelve days.
  int64_t reference = 0;
  std::vector<Arrival> arrivals;
};

/// Reads a feedback message of format kTransportWideFormat into `into`, whose memory is reused. False if it is
/// malformed; `into` is then unspecified. Never more arrivals than the message has bytes.
bool parse_transport_feedback(const FeedbackMessage& message, TransportFeedback& into);

/// Whether an arrival `ticks` can follow one at `previous` in one message: their distance has 16 bits.
constexpr bool fits_transport_feedback_delta(int64_t previous, int64_t ticks) {
  return ticks - previous >= INT16_MIN && ticks - previous <= INT16_MAX;
}

/// Writes the message. Each arrival must fit behind the one before it, the first behind the reference time. Needs at
/// most kTransportFeedbackFixedSize + kTransportFeedbackArrivalSize bytes an arrival.
void write_transport_feedback(ByteWriter& out, const TransportFeedback& feedback);

inline constexpr size_t kTransportFeedbackFixedSize = 40;
/// A delta of two bytes, its chunk, and chunks that skip the missing packets before it.
inline constexpr size_t kTransportFeedbackArrivalSize = 6;

}  // namespace sotto::transport
