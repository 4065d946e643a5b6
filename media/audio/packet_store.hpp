#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include <sotto/time.hpp>

#include "base/bytes.hpp"

namespace sotto::media {

/// An Opus packet that waits to be played.
struct StoredPacket {
  int64_t position = 0;  ///< media time of its first sample: the RTP timestamp, unwrapped
  int samples = 0;       ///< at 48 kHz
  ByteView payload;      ///< valid until the store changes
  int copy_samples = 0;  ///< of what comes right before it, of which it carries a copy (in-band FEC)

  int64_t end() const { return position + samples; }
};

/// Keeps packets in the order of their media time, each once, in memory that never grows. One thread at a time.
///
/// It also tells a stream that began anew (a restarted sender, whose time stamps jump) from single packets with
/// impossible times: three such packets in a row that agree with each other make a new stream.
class PacketStore {
 public:
  static constexpr size_t kMaxPackets = 64;    ///< 1.28 s at 20 ms a packet
  static constexpr size_t kMaxPayload = 1504;  ///< bytes; what a datagram of any path can hold
  static constexpr size_t kRemembered = 64;    ///< packets that are known again if they come twice

  enum class Outcome {
    kStored,
    kLate,  ///< its time has been played, or passed over
    kDuplicate,
    kDiscarded,  ///< malformed or of an impossible time
    kRestarted,  ///< stored, and it is the first of a new stream: all before it is gone
  };
  struct Insertion {
    Outcome outcome = Outcome::kDiscarded;
    int64_t position = 0;     ///< of the packet; unless kDiscarded or kDuplicate
    bool reordered = false;   ///< a later one was there before it
    bool overflowed = false;  ///< the oldest packet had to go to make room
    /// Media time of what the packet carries a copy of, if nothing has come for that time yet.
    std::optional<int64_t> brought = {};
  };

  PacketStore();

  Insertion insert(int64_t sequence, uint32_t rtp_timestamp, ByteView payload);
  /// Takes a copy of a packet that came with a later one, which has been inserted and was not discarded. It has no
  /// sequence number of its own, and its time is never the newest.
  Insertion insert_copy(uint32_t rtp_timestamp, ByteView payload);

  /// The packet with the earliest media time.
  std::optional<StoredPacket> front() const;
  /// The one after it.
  std::optional<StoredPacket> second() const;
  void pop_front();
  /// The latest media time at which a packet began so far.
  int64_t newest_position() const { return newest_position_; }
  /// From now on, packets that begin before `position` are late.
  void pass(int64_t position) { passed_ = position; }
  void clear();

 private:
  struct Slot {
    int64_t position;
    int samples;
    int copy_samples;
    size_t size;
    std::array<uint8_t, kMaxPayload> bytes;
  };

  std::optional<StoredPacket> at(size_t index) const;
  bool plausible(int64_t sequence, int64_t position) const;
  bool begins_new_stream(int64_t sequence, uint32_t rtp_timestamp);
  bool came_before(int64_t position) const;
  Insertion keep(int64_t position, int samples, ByteView payload);
  bool store(int64_t position, int samples, int copy_samples, ByteView payload);
  void begin_stream(int64_t sequence, int64_t position);

  std::unique_ptr<std::array<Slot, kMaxPackets>> slots_;
  std::array<uint8_t, kMaxPackets> order_{};  ///< slots in use by media time, then the free ones
  size_t count_ = 0;

  bool started_ = false;
  int64_t newest_sequence_ = 0;
  int64_t newest_position_ = 0;
  int64_t newest_end_ = 0;                   ///< behind the sound that has come for the latest time
  std::array<int64_t, kRemembered> came_{};  ///< media times of the last packets, a ring
  size_t came_count_ = 0;                    ///< written to came_ in all, since the stream began
  std::optional<int64_t> passed_;

  int strays_ = 0;
  int64_t stray_sequence_ = 0;
  uint32_t stray_timestamp_ = 0;
};

}  // namespace sotto::media
