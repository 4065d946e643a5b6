#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include <sotto/video_frame.hpp>

#include "base/bytes.hpp"
#include "media/video/video_frame_encoder.hpp"

namespace sotto::media {

/// A payload as it crosses the network.
struct SentPayload {
  int64_t sequence = 0;
  uint32_t rtp_timestamp = 0;
  bool marker = false;
  Bytes data;
};

/// Bytes that look like a VP8 picture as far as its start tells; what follows depends on `seed`.
Bytes fake_picture(bool key_frame, size_t size, uint8_t seed = 0);

/// Splits fake or real pictures into numbered payloads.
class PayloadSource {
 public:
  explicit PayloadSource(size_t max_payload_size = 200, int64_t first_sequence = 1000, uint16_t first_picture_id = 77);

  /// The payloads of the next picture, 3000 ticks after the one before.
  std::vector<SentPayload> next(ByteView picture);
  /// The same for a picture that was packetized already.
  std::vector<SentPayload> next(const EncodedVideoFrame& frame);

 private:
  Vp8Packetizer packetizer_;
  int64_t sequence_;
  uint32_t rtp_timestamp_ = 0xffff0000;  // wraps soon
};

/// `count` moving pictures.
std::vector<VideoFrame> moving_pictures(int count, int width = 320, int height = 180);

/// `count` pictures encoded as a call would; `key_frame_every` zero: only the first is a key frame.
std::vector<EncodedVideoFrame> encoded_pictures(int count, int key_frame_every = 0, int width = 320, int height = 180);

/// Collects copies of what a thread delivers and lets a test wait for it.
class FrameSink {
 public:
  void add(const VideoFrame& frame);
  /// Blocks until `count` frames have come in all.
  void wait_for(size_t count);
  std::vector<VideoFrame> frames() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<VideoFrame> frames_;
};

/// Holds a thread up until the test opens it.
class Gate {
 public:
  /// Called by the thread.
  void pass();
  /// Blocks until a thread waits inside pass().
  void wait_for_visitor();
  void open();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool visited_ = false;
  bool open_ = false;
};

}  // namespace sotto::media
