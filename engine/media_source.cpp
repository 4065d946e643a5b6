#include <sotto/media_source.hpp>

#include <utility>

namespace sotto {

void PushAudioSource::push(AudioBlock block, Timestamp captured) {
  const std::lock_guard lock(mutex_);
  if (on_block_) on_block_(block, captured);
}

void PushAudioSource::start(std::function<void(AudioBlock, Timestamp)> on_block) {
  const std::lock_guard lock(mutex_);
  on_block_ = std::move(on_block);
}

void PushAudioSource::stop() {
  const std::lock_guard lock(mutex_);
  on_block_ = nullptr;
}

void PushVideoSource::push(VideoFrame frame) {
  const std::lock_guard lock(mutex_);
  if (on_frame_) on_frame_(std::move(frame));
}

void PushVideoSource::start(std::function<void(VideoFrame)> on_frame) {
  const std::lock_guard lock(mutex_);
  on_frame_ = std::move(on_frame);
}

void PushVideoSource::stop() {
  const std::lock_guard lock(mutex_);
  on_frame_ = nullptr;
}

}  // namespace sotto
