#include "media/video/video_frame_encoder.hpp"

#include <algorithm>
#include <cmath>
#include <thread>
#include <utility>

namespace sotto::media {
namespace {

constexpr Duration kKeyFrameInterval = 300ms;

// The interval between pictures that the rate control sees follows the real one by a sixteenth a picture: it must learn
// another frame rate, not the jitter of a camera.
constexpr int kIntervalSmoothing = 16;
constexpr Duration kLongestInterval = 1s;

// suggested_max_bitrate: two anchors, and how the rate grows with the pixels above and below the smaller one.
constexpr double kAnchorPixels = 640.0 * 360.0;
constexpr double kAnchorKbps = 1700.0;
constexpr double kExponentAbove = 0.2782;  // meets 2.5 Mbit/s at 1280x720
constexpr double kExponentBelow = 0.75;
constexpr double kLeastKbps = 100.0;
constexpr double kMostKbps = 4000.0;

// Payloads that there is room for from the start: a key frame of 100 kB, more than the highest rate gives it.
constexpr size_t kMostUsualPayloads = 100;

int available_cores() { return static_cast<int>(std::max(1U, std::thread::hardware_concurrency())); }

}  // namespace

DataRate suggested_max_bitrate(int width, int height) {
  const double pixels = static_cast<double>(std::clamp(width, 1, kMaxVideoDimension)) *
                        static_cast<double>(std::clamp(height, 1, kMaxVideoDimension));
  const double ratio = pixels / kAnchorPixels;
  const double kbps = kAnchorKbps * std::pow(ratio, ratio > 1.0 ? kExponentAbove : kExponentBelow);
  return DataRate::kbps(std::lround(std::clamp(kbps, kLeastKbps, kMostKbps)));
}

VideoFrameEncoder::VideoFrameEncoder(const VideoSenderOptions& options, std::shared_ptr<PacketPool> pool,
                                     std::unique_ptr<VideoEncoder> prepared)
    : options_(options),
      packetizer_(options.max_payload_size, options.first_picture_id, std::move(pool)),
      encoder_(std::move(prepared)),
      frame_interval_(Duration(1s) / std::max(1, options.frame_rate)) {
  set_target(options.target);
  encoded_.payloads.reserve(kMostUsualPayloads);
}

Result<std::unique_ptr<VideoEncoder>> VideoFrameEncoder::make_encoder(const VideoSenderOptions& options,
                                                                      PictureSize size) {
  return options.codec->make_encoder({.width = size.width,
                                      .height = size.height,
                                      .frame_rate = std::max(1, options.frame_rate),
                                      .target = options.target,
                                      .cores = options.cores == 0 ? available_cores() : options.cores});
}

EncodedVideoFrame* VideoFrameEncoder::encode(const VideoFrame& frame) {
  if (!acceptable(frame)) {
    ++statistics_.frames_refused;
    return nullptr;
  }
  if (options_.target == DataRate()) {
    // What is left out is no time in which bits were saved.
    if (last_capture_time_) last_capture_time_ = frame.time;
    ++statistics_.frames_dropped;
    return nullptr;
  }
  advance_media_time(frame.time);
  const bool forced = key_frame_due(frame.time);
  const PictureSize size = size_adapter_.choose({frame.width(), frame.height()}, options_.target, frame.time);
  Result<Vp8Picture> picture = encode_picture(scaler_.scale(*frame.buffer, size), forced);
  if (!picture.ok()) {
    encoder_.reset();  // start anew with a key frame
    ++statistics_.frames_failed;
    return nullptr;
  }
  if (picture->data.empty()) {
    ++statistics_.frames_dropped;
    size_adapter_.on_skipped();
    return nullptr;
  }
  if (picture->key_frame) {
    ++statistics_.key_frames;
    if (forced) last_requested_key_frame_ = frame.time;
    key_frame_requested_ = false;
  }
  size_adapter_.on_encoded(picture->quantizer);
  ++statistics_.frames_encoded;
  statistics_.bytes += picture->data.size();
  statistics_.width = size.width;
  statistics_.height = size.height;
  statistics_.quantizer = picture->quantizer;
  packetizer_.packetize(picture->data, encoded_.payloads);
  encoded_.rtp_timestamp = rtp_timestamp(frame.time);
  encoded_.key_frame = picture->key_frame;
  encoded_.capture_time = frame.time;
  encoded_.width = size.width;
  encoded_.height = size.height;
  return &encoded_;
}

void VideoFrameEncoder::set_target(DataRate target) {
  options_.target = target;
  if (encoder_ && target != DataRate() && !encoder_->set_target(target).ok()) encoder_.reset();
}

bool VideoFrameEncoder::acceptable(const VideoFrame& frame) const {
  const auto in_range = [](int dimension) { return dimension >= 1 && dimension <= kMaxVideoDimension; };
  const bool newer = !last_capture_time_ || frame.time > *last_capture_time_;
  return frame.buffer && in_range(frame.width()) && in_range(frame.height()) && newer;
}

bool VideoFrameEncoder::key_frame_due(Timestamp now) const {
  if (!key_frame_requested_) return false;
  return !last_requested_key_frame_ || now - *last_requested_key_frame_ >= kKeyFrameInterval;
}

Result<Vp8Picture> VideoFrameEncoder::encode_picture(const VideoBuffer& picture, bool key_frame) {
  // A live encoder is never made to change its size: libvpx cannot grow beyond the size that it started with.
  if (encoder_ && (encoder_->options().width != picture.width() || encoder_->options().height != picture.height())) {
    encoder_.reset();
  }
  if (!encoder_) {
    auto made = make_encoder(options_, {picture.width(), picture.height()});
    if (!made.ok()) return made.error();
    encoder_ = std::move(made).value();
    key_frame = true;
  }
  const bool first = statistics_.key_frames == 0;
  return encoder_->encode(picture, encoder_time_, frame_interval_, key_frame || first);
}

void VideoFrameEncoder::advance_media_time(Timestamp capture_time) {
  if (!first_capture_time_) {
    first_capture_time_ = capture_time;
  } else {
    const Duration interval = std::min(capture_time - *last_capture_time_, kLongestInterval);
    frame_interval_ = std::max(Duration(1), frame_interval_ + (interval - frame_interval_) / kIntervalSmoothing);
    encoder_time_ += frame_interval_;
  }
  last_capture_time_ = capture_time;
}

uint32_t VideoFrameEncoder::rtp_timestamp(Timestamp capture_time) const {
  // 90 kHz (RFC 7741 4.1): nine ticks in a hundred microseconds.
  const int64_t ticks = (capture_time - *first_capture_time_).count() * 9 / 100;
  return options_.first_rtp_timestamp + static_cast<uint32_t>(ticks);
}

}  // namespace sotto::media
