#include "media/video/frame_buffer.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace sotto::media {

FrameBuffer::FrameBuffer() {
  frames_.reserve(kMaxFrames + 1);
  dropped_.reserve(kMaxFrames + 1);
}

void FrameBuffer::insert(AssembledFrame frame) {
  if (next_sequence_ && frame.first_sequence < *next_sequence_) {
    dropped_.push_back(std::move(frame));
    return;
  }
  bytes_ += frame.data.size();
  const auto place = std::ranges::lower_bound(frames_, frame.first_sequence, {}, &AssembledFrame::first_sequence);
  frames_.insert(place, std::move(frame));
  while (frames_.size() > kMaxFrames || (bytes_ > kMaxBytes && frames_.size() > 1)) drop_oldest();
}

std::optional<AssembledFrame> FrameBuffer::take_decodable(const FrameAssembler& assembler) {
  // The newest key frame makes everything before it unnecessary.
  const auto key_frame = std::find_if(frames_.rbegin(), frames_.rend(), std::mem_fn(&AssembledFrame::key_frame));
  if (key_frame != frames_.rend()) {
    for (auto older = frames_.rend() - key_frame - 1; older > 0; --older) drop_oldest();
  } else if (frames_.empty() || !last_ || !follows(*last_, frames_.front(), assembler)) {
    return std::nullopt;
  }
  AssembledFrame frame = take_oldest();
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
  const AssembledFrame& next = frames_.front();
  return !follows(*last_, next, assembler) && assembler.all_arrived(last_->last_sequence + 1, next.first_sequence - 1);
}

std::optional<AssembledFrame> FrameBuffer::take_dropped() {
  if (dropped_.empty()) return std::nullopt;
  AssembledFrame frame = std::move(dropped_.back());
  dropped_.pop_back();
  return frame;
}

bool FrameBuffer::follows(const LastFrame& last, const AssembledFrame& frame, const FrameAssembler& assembler) {
  // An unbroken sequence does not prove that no picture is missing: one that the sender dropped after it was encoded
  // never had sequence numbers, but it did have a picture ID.
  if (last.picture_id && frame.picture_id) return last.picture_id->next() == *frame.picture_id;
  return assembler.all_arrived(last.last_sequence + 1, frame.first_sequence - 1);  // padding may lie in between
}

AssembledFrame FrameBuffer::take_oldest() {
  AssembledFrame frame = std::move(frames_.front());
  frames_.erase(frames_.begin());
  bytes_ -= frame.data.size();
  return frame;
}

void FrameBuffer::drop_oldest() { dropped_.push_back(take_oldest()); }

}  // namespace sotto::media
