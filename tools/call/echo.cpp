#include "tools/call/echo.hpp"

#include <algorithm>
#include <utility>

namespace sotto::tools {
namespace {

constexpr size_t kDelayBlocks = Echo::kDelay / Duration(10ms);
// More pictures than come in the delay at 60 a second.
constexpr size_t kMaxFrames = 32;

}  // namespace

void Echo::heard(std::span<const int16_t, kAudioBlockSamples> block, Timestamp now) {
  std::array<int16_t, kAudioBlockSamples> copy;
  std::ranges::copy(block, copy.begin());
  std::deque<Shown> due;
  {
    const std::lock_guard lock(mutex_);
    blocks_.push_back(copy);
    if (blocks_.size() <= kDelayBlocks) {
      copy.fill(0);
    } else {
      copy = blocks_.front();
      blocks_.pop_front();
    }
    while (!frames_.empty() && frames_.front().at + kDelay <= now) {
      due.push_back(std::move(frames_.front()));
      frames_.pop_front();
    }
  }
  microphone_->push(copy, now);
  for (Shown& shown : due) camera_->push({std::move(shown.frame.buffer), now});
}

void Echo::seen(const VideoFrame& frame, Timestamp now) {
  const std::lock_guard lock(mutex_);
  if (frames_.size() >= kMaxFrames) frames_.pop_front();
  frames_.push_back({frame, now});
}

}  // namespace sotto::tools
