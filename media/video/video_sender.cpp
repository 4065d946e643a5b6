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
  const std::lock_guard lock(mutex_);
  key_frame_requested_ = true;
}

VideoSenderStatistics VideoSender::statistics() const {
  const std::lock_guard lock(mutex_);
  return statistics_;
}

void VideoSender::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || newest_; });
    if (stopping_) return;
    const VideoFrame frame = *std::exchange(newest_, std::nullopt);
    const std::optional<DataRate> target = std::exchange(new_target_, std::nullopt);
    if (std::exchange(key_frame_requested_, false)) encoder_.request_key_frame();
    lock.unlock();

    if (target) encoder_.set_target(*target);
    const Timestamp start = monotonic_now();
    std::optional<EncodedVideoFrame> encoded = encoder_.encode(frame);
    const Duration taken = monotonic_now() - start;
    if (encoded) on_encoded_(std::move(*encoded));

    lock.lock();
    statistics_.encoder = encoder_.statistics();
    statistics_.encode_time_total += taken;
    statistics_.encode_time_last = taken;
  }
}

}  // namespace sotto::media
