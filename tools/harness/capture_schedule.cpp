#include "tools/harness/capture_schedule.hpp"

#include <algorithm>

namespace sotto::tools {
namespace {

constexpr Duration kBlock = 10ms;

}  // namespace

Timestamp CaptureSchedule::block_due() const { return *audio_start_ + (next_block_ + 1) * kBlock; }

Timestamp CaptureSchedule::frame_due(int64_t frame) const { return *video_start_ + frame * Duration(1s) / fps_; }

std::optional<Timestamp> CaptureSchedule::next_due() const {
  std::optional<Timestamp> due;
  if (audio_start_) due = block_due();
  if (video_start_) due = due ? std::min(*due, frame_due(next_frame_)) : frame_due(next_frame_);
  return due;
}

std::optional<int64_t> CaptureSchedule::take_block(Timestamp now) {
  if (!audio_start_ || block_due() > now) return std::nullopt;
  return next_block_++;
}

std::optional<int64_t> CaptureSchedule::take_frame(Timestamp now) {
  if (!video_start_ || frame_due(next_frame_) > now) return std::nullopt;
  while (frame_due(next_frame_ + 1) <= now) ++next_frame_;
  return next_frame_++;
}

}  // namespace sotto::tools
