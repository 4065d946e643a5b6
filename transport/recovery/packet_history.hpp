#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/packet_buffer.hpp"
#include "base/sequence_number.hpp"
#include "base/units.hpp"

namespace sotto::transport {

/// Keeps the payloads of one sent stream for as long as the peer may ask for them again. Bounded in time (see
/// recovery_window) and in number; allocates nothing after its making.
class PacketHistory {
 public:
  struct Packet {
    SequenceNumber sequence;
    uint32_t rtp_timestamp = 0;
    bool marker = false;
    PacketHandle payload;
  };

  /// A packet to send again.
  struct Resend {
    const Packet& packet;
    Duration age;   ///< since it was first sent
    bool repeated;  ///< It was resent before, so that either that or the request before this one was lost.
  };

  explicit PacketHistory(Duration round_trip_time);

  void set_round_trip_time(Duration round_trip_time) { round_trip_time_ = round_trip_time; }

  /// Keeps a packet sent at `now`. Its sequence number is one more than that of the packet stored before.
  void store(Packet packet, Timestamp now);

  /// The packet to send again because the peer asked for it at `now`, or nothing: it is not known (any more), was
  /// resent so short a time ago that this request cannot know of it, or was resent ten times. Valid until the next
  /// store(). Counts as resent.
  std::optional<Resend> take_for_resend(SequenceNumber sequence, Timestamp now);

  /// The packet with this number, if it is still kept. Valid until the next store().
  const Packet* find(SequenceNumber sequence) const;

  /// Forgets all of them: nobody needs them any more.
  void clear();

  size_t size() const { return count_; }

 private:
  struct Slot {
    Packet packet;
    Timestamp sent;
    std::optional<Timestamp> resent;
    int times_resent = 0;
  };

  Slot& slot(SequenceNumber sequence) { return slots_[sequence.value() % slots_.size()]; }
  bool keeps(SequenceNumber sequence) const;
  Duration shortest_resend_interval() const;
  void forget_older_than(Timestamp oldest);
  void forget_oldest();

  Duration round_trip_time_;
  std::vector<Slot> slots_;
  SequenceNumber next_;
  size_t count_ = 0;  // the packets next_ - count_ to next_ - 1 are kept
};

}  // namespace sotto::transport
