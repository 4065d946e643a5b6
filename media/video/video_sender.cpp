#include "media/video/video_sender.hpp"

#include <utility>

namespace sotto::media {

VideoSender::VideoSender(const VideoSenderOptions& options, std::shared_ptr<PacketPool> pool,
                         std::function<void(EncodedVideoFrame)> on_encoded)
    : on_encoded_(std::move(on_encoded)), encoder_(options, std::move(pool)) {
  statistics_.target = options.target;
  thread_ = std::thread([this] { run(); });
}

VideoSender::~VideoSender() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void VideoSender::push(VideoFrame frame) {
  std::optional<VideoFrame> replaced(std::move(frame));  // dies after the lock: its pixels may be the application's
  {
    const std::lock_guard lock(mutex_);
    std::swap(newest_, replaced);
    ++statistics_.frames_pushed;
    if (replaced) ++statistics_.frames_replaced;
  }
  wake_.notify_one();
}

void VideoSender::set_target(DataRate target) {
  const std::lock_guard lock(mutex_);
  new_target_ = target;
  statistics_.target = target;
}

void VideoSender::request_key_frame() {
  {
    const std::lock_guard lock(mutex_);
    key_frame_requested_ = true;
    repeat_.on_key_frame_wanted(monotonic_now());
  }
  wake_.notify_one();
}

VideoSenderStatistics VideoSender::statistics() const {
  const std::lock_guard lock(mutex_);
  return statistics_;
}

void VideoSender::run() {
  std::unique_lock lock(mutex_);
  while (wait_for_picture(lock)) {
    const std::optional<DataRate> target = std::exchange(new_target_, std::nullopt);
    if (std::exchange(key_frame_requested_, false)) encoder_.request_key_frame();
    lock.unlock();

    retired_ = {};
    if (target) encoder_.set_target(*target);
    const Timestamp start = monotonic_now();
    std::optional<EncodedVideoFrame> encoded = encoder_.encode(picture_);
    const Duration taken = monotonic_now() - start;
    if (encoded) on_encoded_(std::move(*encoded));

    lock.lock();
    if (encoder_.key_frame_pending()) repeat_.on_key_frame_wanted(monotonic_now());
    statistics_.encoder = encoder_.statistics();
    statistics_.encode_time_total += taken;
    statistics_.encode_time_last = taken;
  }
}

/// Waits until picture_ is one to encode: a new one, or the last one again. False when the sender is to end.
bool VideoSender::wait_for_picture(std::unique_lock<std::mutex>& lock) {
  while (!stopping_) {
    const Timestamp now = monotonic_now();
    if (newest_) {
      retired_ = std::exchange(picture_, *std::move(newest_));
      newest_.reset();
      repeat_.on_picture(picture_.time, now);
      return true;
    }
    if (const std::optional<Timestamp> repeated = repeat_.take(now)) {
      picture_.time = *repeated;
      ++statistics_.frames_repeated;
      return true;
    }
    if (const std::optional<Timestamp> deadline = repeat_.next_deadline()) {
      wake_.wait_until(lock, *deadline);
    } else {
      wake_.wait(lock);
    }
  }
  return false;
}

}  // namespace sotto::media
