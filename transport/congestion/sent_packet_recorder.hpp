#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/units.hpp"
#include "transport/congestion/bandwidth_estimator.hpp"
#include "transport/rtp/transport_feedback.hpp"

namespace sotto::transport {

/// Numbers the packets that leave, remembers when they did, and finds out from feedback what became of them.
class SentPacketRecorder {
 public:
  SentPacketRecorder();

  /// The transport-wide sequence number of the next packet.
  SequenceNumber next_sequence() const { return SequenceNumber(static_cast<uint16_t>(next_)); }
  /// Notes that the packet with next_sequence() left, as part of that probe if `probe` is not zero.
  SentPacket on_sent(DataSize size, int probe, Timestamp now);

  /// What `feedback` tells anew, by sequence number. A packet is told of at most twice: as missing, and as arrived if
  /// later feedback says so. The view holds until the next call.
  std::span<const PacketResult> on_feedback(const TransportFeedback& feedback);

 private:
  enum class Fate : uint8_t { kUnknown, kMissing, kArrived };
  struct Slot {
    SentPacket packet;
    Fate fate = Fate::kUnknown;
  };

  Slot& slot(int64_t sequence) { return slots_[static_cast<uint64_t>(sequence) % slots_.size()]; }
  Duration unwrap_time(const TransportFeedback& feedback, int64_t ticks);

  std::vector<Slot> slots_;
  std::vector<PacketResult> results_;
  int64_t next_;
  std::optional<int64_t> last_reference_;  // unwrapped
};

}  // namespace sotto::transport
