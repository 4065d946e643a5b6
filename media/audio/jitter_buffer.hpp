#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include <sotto/time.hpp>

#include "base/bytes.hpp"
#include "media/audio/arrival_delay.hpp"
#include "media/audio/packet_store.hpp"
#include "media/audio/played_sample.hpp"
#include "media/audio/recent_minimum.hpp"
#include "media/audio/tick_period.hpp"

namespace sotto::media {

/// What to do for the sound card next.
struct PlayoutStep {
  enum class Kind {
    kSilence,  ///< Nothing is being received.
    kConceal,  ///< Make up `samples`: the packet that belongs here is missing.
    kDecode,   ///< Decode `packet` and play it from sample `skip` on.
    kPrime,    ///< Decode `packet` for the decoder's state alone: its time has been concealed.
  };
  Kind kind = Kind::kSilence;
  int samples = 0;            ///< kConceal
  StoredPacket packet;        ///< kDecode, kPrime; its payload stands in the memory handed to next
  bool is_copy = false;       ///< kDecode: `packet` is missing; its payload is the next one's, which carries a copy
  int skip = 0;               ///< kDecode
  bool follows_last = false;  ///< kDecode, kPrime: it is the packet right after the last one decoded
  bool new_stream = false;    ///< kDecode: what was decoded before has nothing to do with it
  int may_remove = 0;         ///< kDecode: so many samples at most may be cut out now to win delay back
  bool may_insert = false;    ///< kDecode: it would be good to play it slower: there is too little delay
  bool urgent = false;        ///< kDecode: cuts should not wait for a good place: there is far too much delay
};

struct JitterBufferStatistics {
  uint64_t received = 0;   ///< without copies
  uint64_t recovered = 0;  ///< came in time as a copy alone, or were played from one that the next packet carries
  uint64_t late = 0;
  uint64_t duplicate = 0;
  uint64_t discarded = 0;
  uint64_t inserted_samples = 0;
  uint64_t removed_samples = 0;
  Duration delay{};   ///< how long a packet as fast as the fastest waits, as far as any wait
  Duration target{};  ///< how long it should
};

/// Decides when each packet is played: it keeps the packets, measures how they come, and tells the sound thread step by
/// step what belongs into the sound next. It touches no sound itself. One thread at a time.
///
/// Play-out goes by the sound card's ticks. A packet is needed at the tick that asks for its first sample, so its delay
/// changes in whole ticks, and where that costs least: it grows where sound had to be made up anyway, by taking up the
/// late packet from its beginning in place of where it would be by now, or else by stretching sound; it shrinks by cuts
/// in the sound.
class JitterBuffer {
 public:
  explicit JitterBuffer(Duration max_delay);

  /// Takes a packet from the network. False if it was discarded, and with it whatever came along.
  bool insert(int64_t sequence, uint32_t rtp_timestamp, ByteView payload, Timestamp arrival);
  /// Takes a copy of an earlier packet that came along with the last one.
  void insert_copy(uint32_t rtp_timestamp, ByteView payload, Timestamp arrival);

  /// The sound card asks for a block at `now`: next is called as often as it takes, unless what is ready will do.
  void on_tick(Timestamp now) { tick_.on_tick(now); }
  /// What comes next at `now`, while `ready` samples (fewer than a block) wait in front of what comes next.
  /// Call again until a block is full; a packet's payload is copied to `memory`.
  PlayoutStep next(Timestamp now, int ready, std::span<uint8_t, PacketStore::kMaxPayload> memory);

  /// Tells that `samples` have been cut out of what the last step gave; `ready` as told to next then.
  void on_removed(int samples, int ready);
  /// Tells the same of samples put in.
  void on_inserted(int samples, int ready);

  /// How long the fastest packets are to be held back at the least, though the network asks for less: for what is
  /// shown along with them. Within what the buffer may hold at the most.
  void set_least_delay(Duration delay) { least_delay_ = delay; }
  /// A sample that is being received, and when it is played; nothing while nothing is.
  std::optional<PlayedSample> played() const;

  JitterBufferStatistics statistics() const;

 private:
  PlayoutStep start(Timestamp now);
  PlayoutStep take(const StoredPacket& packet, int skip, std::span<uint8_t, PacketStore::kMaxPayload> memory);
  std::optional<StoredPacket> copy_before(const StoredPacket& packet) const;
  PlayoutStep conceal(int64_t samples);
  Duration own_target() const;
  Duration target() const;
  Duration needed() const;
  Duration excess() const;
  Duration held() const;
  Duration cut_at_once() const;
  bool has_tick_to_spare() const;
  Duration lacking() const;
  int64_t worth_putting_off(const StoredPacket& packet) const;
  void insert_samples(int64_t samples);
  void skip_samples(int64_t samples);
  void move_playout(Duration by);
  void note_fastest();
  bool is_outrun() const;
  void drop_passed();

  const Duration max_delay_;
  Duration least_delay_{};
  PacketStore store_;
  ArrivalDelay arrivals_;
  JitterBufferStatistics statistics_;
  TickPeriod tick_;

  bool playing_ = false;
  bool new_stream_ = true;     ///< nothing of this stream has been decoded
  int64_t due_ = 0;            ///< media time of the sample that is to be played next
  int64_t decoded_until_ = 0;  ///< media time behind the last packet decoded
  int64_t concealed_ = 0;      ///< samples since the last packet
  RecentMinimum playout_;      ///< offset of packets from their media time when they are needed
  int taken_ = 0;              ///< packets needed in time since play-out started
  int64_t fastest_ = 0;        ///< transit of the fastest packet, as it was for the last that was needed
  int64_t settled_at_ = 0;     ///< the same, when play-out was last moved
};

}  // namespace sotto::media
