#include "tools/call/live_media.hpp"

#include <array>
#include <utility>

#include "tools/harness/capture_schedule.hpp"
#include "tools/harness/precise_thread.hpp"

namespace sotto::tools {
namespace {

constexpr int kFps = 30;

}  // namespace

LiveMedia::LiveMedia(std::unique_ptr<MediaFeed> feed) : feed_(std::move(feed)), thread_([this] { run(); }) {}

LiveMedia::~LiveMedia() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void LiveMedia::run() {
  make_thread_precise();
  CaptureSchedule schedule(kFps);
  schedule.start_audio(monotonic_now());
  schedule.start_video(monotonic_now());
  std::array<int16_t, kAudioBlockSamples> block;
  std::unique_lock lock(mutex_);
  while (!wake_.wait_until(lock, *schedule.next_due(), [this] { return closing_; })) {
    lock.unlock();
    while (schedule.take_block(monotonic_now())) {
      feed_->next_block(block);
      microphone_->push(block, monotonic_now());
    }
    if (const auto number = schedule.take_frame(monotonic_now())) {
      if (auto picture = feed_->frame(*number)) camera_->push({std::move(picture), monotonic_now()});
    }
    lock.lock();
  }
}

}  // namespace sotto::tools
