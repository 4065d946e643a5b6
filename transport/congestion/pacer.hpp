#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/packet_buffer.hpp"
#include "base/ring_queue.hpp"
#include "base/units.hpp"
#include "transport/congestion/leaky_bucket.hpp"

namespace sotto::transport {

/// In the order in which packets leave. Repairs are retransmissions and what protects (RFC 5109).
enum class PacketPriority : uint8_t { kAudio, kRepair, kVideo };

/// How evenly packets leave.
enum class Pacing : uint8_t {
  kLoose,  ///< The path carries more than all that is wanted: what waits here waits in vain.
  kTight,  ///< The path is the limit.
};

/// A payload that waits for its turn. It gets its header, and with it its sequence numbers, when it leaves.
struct PacedPacket {
  PacketPriority priority = PacketPriority::kVideo;
  PacketHandle payload{};
  uint32_t rtp_timestamp = 0;
  bool marker = false;
  bool redundant = false;   ///< in the format of RFC 2198
  bool key_frame = false;   ///< part of a picture that makes what was sent before it useless
  bool protection = false;  ///< sums of packets that left before (RFC 5109), rather than a repeated one
};

/// Decides when packets leave: audio at once, the rest evenly, so that a large frame does not overrun a shallow buffer
/// on the path. With loose pacing up to 40 ms worth leave as one burst: a frame of usual size is not delayed at all.
class Pacer {
 public:
  Pacer(DataRate target, Pacing pacing);

  /// Paces at a multiple of what the streams may send on average.
  void set_target(DataRate target, Pacing pacing, Timestamp now);

  void enqueue(PacedPacket packet, Timestamp now);
  /// The next packet that may leave now, if any. Call it until there is none.
  std::optional<PacedPacket> poll(Timestamp now);
  /// The next packet, whether or not it is its time, for a probe that sets a pace of its own. It counts against the
  /// rate like any other.
  std::optional<PacedPacket> take_next(Timestamp now);
  /// Notes that something left that never waits: it counts against the rate of what does.
  void on_unpaced_sent(DataSize on_path, Timestamp now) { bucket_.pour(on_path, now); }
  bool has_audio() const { return !queue(PacketPriority::kAudio).empty(); }
  /// Whether a part of a key frame is the next of video to leave.
  bool sends_key_frame() const {
    const RingQueue<Waiting>& video = queue(PacketPriority::kVideo);
    return !video.empty() && video.front().packet.key_frame;
  }
  /// Whether the newest part of a key frame that was handed in was of this one.
  bool knows_key_frame(uint32_t rtp_timestamp) const { return key_frame_ == rtp_timestamp; }
  /// When poll will have something, if anything waits.
  std::optional<Timestamp> next_deadline() const;

  DataSize queue_size() const { return queued_; }
  /// How long the queue lasts at the present pacing rate.
  Duration queue_time() const { return queued_ / bucket_.rate(); }
  /// How many packets of `priority` were dropped since the last call, because they waited too long or were too many.
  size_t take_dropped(PacketPriority priority) { return std::exchange(dropped_[index(priority)], 0); }

 private:
  struct Waiting {
    PacedPacket packet;
    Timestamp since;
  };

  static size_t index(PacketPriority priority) { return static_cast<size_t>(priority); }
  RingQueue<Waiting>& queue(PacketPriority priority) { return queues_[index(priority)]; }
  const RingQueue<Waiting>& queue(PacketPriority priority) const { return queues_[index(priority)]; }
  DataRate rate_for_queue() const;
  void drop_stale(PacketPriority priority, Timestamp now);
  void drop_all(PacketPriority priority, Timestamp now);
  void drop_before_key_frame(Timestamp now);
  PacedPacket take(PacketPriority priority, Timestamp now);
  PacedPacket remove(PacketPriority priority, Timestamp now);

  Pacing pacing_;
  DataRate base_rate_;
  LeakyBucket bucket_;
  std::array<RingQueue<Waiting>, 3> queues_;
  std::array<size_t, 3> dropped_{};
  DataSize queued_;
  std::optional<uint32_t> key_frame_;  // the timestamp of the newest
};

}  // namespace sotto::transport
