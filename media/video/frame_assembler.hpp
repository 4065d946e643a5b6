#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "media/video/vp8_payload_descriptor.hpp"

namespace sotto::media {

/// A complete picture as VP8, not yet decoded.
struct AssembledFrame {
  Bytes data;
  int64_t first_sequence = 0;
  int64_t last_sequence = 0;
  uint32_t rtp_timestamp = 0;
  bool key_frame = false;
  std::optional<PictureId> picture_id;
};

/// What one payload did.
enum class PayloadOutcome {
  kStored,
  kCompleted,  ///< the picture it belongs to is complete and can be taken
  kDuplicate,
  kLate,       ///< before what was forgotten
  kMalformed,  ///< not a VP8 payload (RFC 7741 4.2)
};

/// What a payload says about the picture it belongs to, as far as it is known.
enum class PayloadKind {
  kUnknown,
  kKeyFrame,         ///< part of a key frame
  kDeltaFrameStart,  ///< first payload of a picture that needs others
};

/// Puts the payloads of one stream, in any order, together to complete pictures. Remembers kWindow packets at the most;
/// what is older is forgotten. Sans-IO, one thread.
class FrameAssembler {
 public:
  /// Packets between the oldest and the newest remembered. Four seconds at 4 Mbit/s.
  static constexpr size_t kWindow = 2048;

  FrameAssembler();

  /// Notes a payload. An empty one, padding or a repair, fills its place in the order and belongs to no picture, even
  /// if that is between the payloads of one.
  PayloadOutcome on_payload(int64_t sequence, uint32_t rtp_timestamp, bool marker, ByteView payload);

  /// The picture that the last payload completed, after kCompleted.
  AssembledFrame take_frame();

  /// Forgets every payload before `sequence`; such a payload is late from now on.
  void forget_before(int64_t sequence);

  /// Gives the memory of a frame back for reuse.
  void recycle(Bytes data);

  /// What the last stored payload told.
  PayloadKind last_kind() const { return last_kind_; }
  /// Whether payloads of incomplete pictures are held.
  bool holds_payloads() const { return held_ > 0; }
  /// Whether a packet between `first` and the newest one has not come.
  bool misses_any_since(int64_t first) const { return newest_ && !all_arrived(first, *newest_); }
  /// Whether every packet from `first` to `last` has come.
  bool all_arrived(int64_t first, int64_t last) const;

 private:
  enum class SlotState : uint8_t { kEmpty, kHeld, kFiller, kDone };
  struct Slot {
    int64_t sequence = -1;
    SlotState state = SlotState::kEmpty;
    bool starts_frame = false;
    bool marker = false;
    bool key_frame = false;
    uint32_t rtp_timestamp = 0;
    std::optional<PictureId> picture_id;
    Bytes data;
  };

  Slot& slot(int64_t sequence) { return slots_[static_cast<size_t>(sequence) % kWindow]; }
  const Slot& slot(int64_t sequence) const { return slots_[static_cast<size_t>(sequence) % kWindow]; }
  const Slot* held(int64_t sequence, uint32_t rtp_timestamp) const;
  void release(Slot& slot, SlotState next);
  void move_window(int64_t sequence);
  bool find_complete(int64_t sequence);
  int64_t skip_filler(int64_t sequence, int64_t step) const;
  PayloadKind kind_of(const Slot& slot) const;

  std::vector<Slot> slots_;
  std::vector<Bytes> idle_payloads_;
  std::vector<Bytes> idle_frames_;
  std::optional<int64_t> newest_;
  int64_t floor_ = std::numeric_limits<int64_t>::min();  // below it everything is forgotten
  size_t held_ = 0;
  std::optional<uint32_t> key_frame_timestamp_;
  PayloadKind last_kind_ = PayloadKind::kUnknown;
  int64_t complete_first_ = 0;
  int64_t complete_last_ = -1;
};

}  // namespace sotto::media
