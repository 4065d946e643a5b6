#include "video_test_support.hpp"

#include <algorithm>
#include <utility>

#include "media/device/test_picture.hpp"

namespace sotto::media {

Bytes fake_picture(bool key_frame, size_t size, uint8_t seed) {
  constexpr uint8_t kShown = 0x10;
  Bytes picture = key_frame ? Bytes{kShown, 0, 0, 0x9d, 0x01, 0x2a, 16, 0, 16, 0} : Bytes{kShown | 1, 0, 0};
  while (picture.size() < size) picture.push_back(static_cast<uint8_t>(seed + picture.size() * 7));
  return picture;
}

PayloadSource::PayloadSource(size_t max_payload_size, int64_t first_sequence, uint16_t first_picture_id)
    : packetizer_(max_payload_size, first_picture_id, PacketPool::create()), sequence_(first_sequence) {}

std::vector<SentPayload> PayloadSource::next(ByteView picture) {
  EncodedVideoFrame frame;
  packetizer_.packetize(picture, frame.payloads);
  return next(frame);
}

std::vector<SentPayload> PayloadSource::next(const EncodedVideoFrame& frame) {
  std::vector<SentPayload> sent;
  for (const PacketHandle& payload : frame.payloads) {
    const ByteView bytes = std::as_const(*payload).view();
    sent.push_back({sequence_++, rtp_timestamp_, false, Bytes(bytes.begin(), bytes.end())});
  }
  sent.back().marker = true;
  rtp_timestamp_ += 3000;
  return sent;
}

std::vector<VideoFrame> moving_pictures(int count, int width, int height) {
  TestPicture source(width, height);
  std::vector<VideoFrame> frames;
  for (int i = 0; i < count; ++i) {
    frames.push_back({source.frame(static_cast<uint32_t>(i)), Timestamp(1s + Duration(1s) * i / 30)});
  }
  return frames;
}

std::vector<EncodedVideoFrame> encoded_pictures(int count, int key_frame_every, int width, int height) {
  VideoFrameEncoder encoder({.target = DataRate::kbps(600)}, PacketPool::create());
  std::vector<EncodedVideoFrame> encoded;
  int number = 0;
  for (const VideoFrame& frame : moving_pictures(count, width, height)) {
    if (key_frame_every > 0 && number > 0 && number % key_frame_every == 0) encoder.request_key_frame();
    ++number;
    if (EncodedVideoFrame* const one = encoder.encode(frame)) encoded.push_back(std::move(*one));
  }
  return encoded;
}

void FrameSink::add(const VideoFrame& frame) {
  auto copy = std::make_shared<VideoBuffer>(frame.width(), frame.height());
  std::ranges::copy(frame.buffer->bytes(), copy->bytes().begin());
  const std::lock_guard lock(mutex_);
  frames_.push_back({std::move(copy), frame.time});
  changed_.notify_all();
}

void FrameSink::wait_for(size_t count) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return frames_.size() >= count; });
}

std::vector<VideoFrame> FrameSink::frames() const {
  const std::lock_guard lock(mutex_);
  return frames_;
}

void Gate::pass() {
  std::unique_lock lock(mutex_);
  visited_ = true;
  changed_.notify_all();
  changed_.wait(lock, [this] { return open_; });
}

void Gate::wait_for_visitor() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return visited_; });
}

void Gate::open() {
  const std::lock_guard lock(mutex_);
  open_ = true;
  changed_.notify_all();
}

}  // namespace sotto::media
