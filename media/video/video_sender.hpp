#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include <sotto/video_frame.hpp>

#include "base/machine.hpp"
#include "base/packet_buffer.hpp"
#include "base/units.hpp"
#include "media/video/picture_repeat.hpp"
#include "media/video/video_frame_encoder.hpp"

namespace sotto::media {

/// What a VideoSender has done since it was made.
struct VideoSenderStatistics {
  uint64_t frames_pushed = 0;    ///< by the application
  uint64_t frames_replaced = 0;  ///< gave way to a newer one before the encoder came to them
  uint64_t frames_repeated = 0;  ///< encoded again, since a key frame was wanted and no new one came
  VideoFrameEncoderStatistics encoder;
  Duration encode_time_total{};  ///< wall time inside the encoder, all frames together
  Duration encode_time_last{};
  DataRate target;
};

/// Turns the application's pictures into VP8 payloads on a thread of its own. It keeps no queue: one slot holds the
/// newest picture, and a picture that is not encoded yet gives way to it, so that a slow encoder costs frames, never
/// latency. The last picture is kept, for a key frame that is wanted while the source stands still.
class VideoSender {
 public:
  /// `on_encoded` is called on the encode thread, without a lock held; it must not destroy the sender. The frame is the
  /// sender's, its payloads may be moved away. `machine` has that thread, and stays. `prepared` as VideoFrameEncoder
  /// has it.
  VideoSender(const VideoSenderOptions& options, std::shared_ptr<PacketPool> pool,
              std::function<void(EncodedVideoFrame&)> on_encoded, Machine& machine = this_machine(),
              std::unique_ptr<VideoEncoder> prepared = nullptr);
  /// Waits for the picture in work. No callback comes after it returns.
  ~VideoSender();
  VideoSender(const VideoSender&) = delete;
  VideoSender& operator=(const VideoSender&) = delete;

  /// Hands over a picture; returns at once. Its time must grow from picture to picture. Any thread.
  void push(VideoFrame frame);
  /// The bitrate to keep from the next picture on; zero: none is encoded. Any thread.
  void set_target(DataRate target);
  /// Makes the next picture a key frame, or the last one again if there is none within 100 ms; see
  /// VideoFrameEncoder::request_key_frame. Any thread.
  void request_key_frame();
  /// The source is shut: what is kept of it is never encoded again, but for the picture in work. The next one that is
  /// pushed goes on. Any thread.
  void pause();
  /// Any thread.
  VideoSenderStatistics statistics() const;

 private:
  std::optional<Timestamp> work(Timestamp now);
  bool take_picture(Timestamp now);
  void encode();

  Machine& machine_;
  const std::function<void(EncodedVideoFrame&)> on_encoded_;
  VideoFrameEncoder encoder_;  // encode thread only, as are the next two
  VideoFrame picture_;         // the last one that went to the encoder
  VideoFrame retired_;         // the one before it, until it can die without the lock

  mutable std::mutex mutex_;
  std::optional<VideoFrame> newest_;
  std::optional<DataRate> new_target_;
  PictureRepeat repeat_;
  bool key_frame_requested_ = false;
  bool stopping_ = false;
  VideoSenderStatistics statistics_;

  std::unique_ptr<Worker> worker_;
};

}  // namespace sotto::media
