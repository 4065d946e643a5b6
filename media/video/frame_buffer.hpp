#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "media/video/frame_assembler.hpp"

namespace sotto::media {

/// Puts complete pictures into decode order and lets out each as soon as it can be decoded: a key frame at once (what
/// is older is given up), any other picture right after the one before it, known by its RFC 7741 picture ID or, in
/// streams without, by its sequence numbers. Bounded; sans-IO, one thread.
class FrameBuffer {
 public:
  /// Pictures held at the most; beyond it the oldest are given up. Four seconds at 30 a second.
  static constexpr size_t kMaxFrames = 120;
  /// Bytes held at the most.
  static constexpr size_t kMaxBytes = size_t{8} << 20;

  FrameBuffer();

  /// Takes a complete picture. One that is older than what was let out is dropped.
  void insert(AssembledFrame frame);

  /// The next picture that can be decoded, if any. `assembler` knows which packets have come.
  std::optional<AssembledFrame> take_decodable(const FrameAssembler& assembler);

  /// The picture that starts at `first_sequence` did not decode: nothing but a newer key frame can.
  void on_decode_failed(int64_t first_sequence);

  /// Whether only a key frame can go on: at the start and after a failure.
  bool waits_for_key_frame() const { return !last_; }
  /// Whether pictures wait for something that is missing.
  bool blocked() const { return !frames_.empty(); }
  /// Whether the next picture needs one that no packet can bring any more: every packet before it has come.
  bool misses_what_was_never_sent(const FrameAssembler& assembler) const;
  /// Sequence number behind the last picture let out: nothing before it is of use any more.
  std::optional<int64_t> next_sequence() const { return next_sequence_; }
  /// Complete pictures that were given up, one with each call, in no order.
  std::optional<AssembledFrame> take_dropped();
  /// Pictures held now.
  size_t size() const { return frames_.size(); }

 private:
  struct LastFrame {
    int64_t last_sequence = 0;
    std::optional<PictureId> picture_id;
  };
  static bool follows(const LastFrame& last, const AssembledFrame& frame, const FrameAssembler& assembler);
  AssembledFrame take_oldest();
  void drop_oldest();

  std::vector<AssembledFrame> frames_;  // by first sequence number
  size_t bytes_ = 0;
  std::optional<LastFrame> last_;
  std::optional<int64_t> next_sequence_;
  std::optional<int64_t> last_key_frame_;
  std::vector<AssembledFrame> dropped_;
};

}  // namespace sotto::media
