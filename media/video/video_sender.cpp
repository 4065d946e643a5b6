#include "media/video/video_sender.hpp"

#include <utility>

namespace sotto::media {

VideoSender::VideoSender(const VideoSenderOptions& options, std::shared_ptr<PacketPool> pool,
                         std::function<void(EncodedVideoFrame&)> on_encoded, Machine& machine,
                         std::unique_ptr<VideoEncoder> prepared)
    : machine_(machine), on_encoded_(std::move(on_encoded)), encoder_(options, std::move(pool), std::move(prepared)) {
  statistics_.target = options.target;
  worker_ = machine_.start_worker("sotto-encode", [this](Timestamp now) { return work(now); });
}

VideoSender::~VideoSender() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  worker_.reset();
}

void VideoSender::push(VideoFrame frame) {
  std::optional<VideoFrame> replaced(std::move(frame));  // dies after the lock: its pixels may be the application's
  {
    const std::lock_guard lock(mutex_);
    std::swap(newest_, replaced);
    ++statistics_.frames_pushed;
    if (replaced) ++statistics_.frames_replaced;
  }
  worker_->wake();
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
    repeat_.on_key_frame_wanted(machine_.now());
  }
  worker_->wake();
}

void VideoSender::pause() {
  std::optional<VideoFrame> dropped;  // dies after the lock
  const std::lock_guard lock(mutex_);
  dropped = std::exchange(newest_, std::nullopt);
  repeat_ = {};
}

VideoSenderStatistics VideoSender::statistics() const {
  const std::lock_guard lock(mutex_);
  return statistics_;
}

/// Encodes one picture, if there is one.
std::optional<Timestamp> VideoSender::work(Timestamp now) {
  if (take_picture(now)) encode();
  const std::lock_guard lock(mutex_);
  if (stopping_) return std::nullopt;
  return newest_ ? now : repeat_.next_deadline();
}

/// Whether picture_ is one to encode: a new one, or the last one again.
bool VideoSender::take_picture(Timestamp now) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return false;
  if (newest_) {
    retired_ = std::exchange(picture_, *std::move(newest_));
    newest_.reset();
    repeat_.on_picture(picture_.time, now);
  } else if (const std::optional<Timestamp> repeated = repeat_.take(now)) {
    picture_.time = *repeated;
    ++statistics_.frames_repeated;
  } else {
    return false;
  }
  return true;
}

void VideoSender::encode() {
  std::optional<DataRate> target;
  {
    const std::lock_guard lock(mutex_);
    target = std::exchange(new_target_, std::nullopt);
    if (std::exchange(key_frame_requested_, false)) encoder_.request_key_frame();
  }
  retired_ = {};
  if (target) encoder_.set_target(*target);
  const Timestamp start = machine_.now();
  EncodedVideoFrame* const encoded = encoder_.encode(picture_);
  const Timestamp end = machine_.now();
  if (encoded) on_encoded_(*encoded);

  const std::lock_guard lock(mutex_);
  if (encoder_.key_frame_pending()) repeat_.on_key_frame_wanted(end);
  statistics_.encoder = encoder_.statistics();
  statistics_.encode_time_total += end - start;
  statistics_.encode_time_last = end - start;
}

}  // namespace sotto::media
