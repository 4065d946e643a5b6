#include "media/video/frame_buffer.hpp"

#include <algorithm>
#include <utility>

namespace sotto::media {

void FrameBuffer::insert(AssembledFrame frame) {
  if (next_sequence_ && frame.first_sequence < *next_sequence_) {
    dropped_.push_back(std::move(frame));
    return;
  }
  bytes_ += frame.data.size();
  const int64_t first = frame.first_sequence;
  frames_.emplace(first, std::move(frame));
  while (frames_.size() > kMaxFrames || (bytes_ > kMaxBytes && frames_.size() > 1)) drop_oldest();
}

std::optional<AssembledFrame> FrameBuffer::take_decodable(const FrameAssembler& assembler) {
  // The newest key frame makes everything before it unnecessary.
  const auto key_frame =
      std::find_if(frames_.rbegin(), frames_.rend(), [](const auto& entry) { return entry.second.key_frame; });
  if (key_frame != frames_.rend()) {
    while (frames_.begin()->first < key_frame->first) drop_oldest();
  } else if (frames_.empty() || !last_ || !follows(*last_, frames_.begin()->second, assembler)) {
    return std::nullopt;
  }
  auto node = frames_.extract(frames_.begin());
  AssembledFrame frame = std::move(node.mapped());
  bytes_ -= frame.data.size();
  last_ = LastFrame{frame.last_sequence, frame.picture_id};
  next_sequence_ = frame.last_sequence + 1;
  if (frame.key_frame) last_key_frame_ = frame.first_sequence;
  return frame;
}

void FrameBuffer::on_decode_failed(int64_t first_sequence) {
  const bool newer_key_frame_went_out = last_key_frame_ && *last_key_frame_ > first_sequence;
  if (!newer_key_frame_went_out) last_.reset();
}

bool FrameBuffer::misses_what_was_never_sent(const FrameAssembler& assembler) const {
  if (!last_ || frames_.empty()) return false;
  const AssembledFrame& next = frames_.begin()->second;
  return !follows(*last_, next, assembler) && assembler.all_arrived(last_->last_sequence + 1, next.first_sequence - 1);
}

std::vector<AssembledFrame> FrameBuffer::take_dropped() { return std::exchange(dropped_, {}); }

bool FrameBuffer::follows(const LastFrame& last, const AssembledFrame& frame, const FrameAssembler& assembler) {
  // An unbroken sequence does not prove that no picture is missing: one that the sender dropped after it was encoded
  // never had sequence numbers, but it did have a picture ID.
  if (last.picture_id && frame.picture_id) return last.picture_id->next() == *frame.picture_id;
  return assembler.all_arrived(last.last_sequence + 1, frame.first_sequence - 1);  // padding may lie in between
}

void FrameBuffer::drop_oldest() {
  auto node = frames_.extract(frames_.begin());
  bytes_ -= node.mapped().data.size();
  dropped_.push_back(std::move(node.mapped()));
}

}  // namespace sotto::media
