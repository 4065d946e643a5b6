#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <sotto/result.hpp>
#include <sotto/video_frame.hpp>

#include "base/packet_buffer.hpp"
#include "base/units.hpp"
#include "media/video/picture_scaler.hpp"
#include "media/video/size_adapter.hpp"
#include "media/video/video_codec.hpp"
#include "media/video/vp8_packetizer.hpp"

namespace sotto::media {

/// How pictures are to be sent.
struct VideoSenderOptions {
  int frame_rate = 30;                    ///< pictures a second that the source is expected to give
  DataRate target = DataRate::kbps(500);  ///< of the payloads, without RTP and below
  size_t max_payload_size = 1100;         ///< bytes of one payload, VP8 descriptor included
  uint32_t first_rtp_timestamp = 0;       ///< of the first picture; should be random (RFC 3550 5.1)
  uint16_t first_picture_id = 0;          ///< the lower 15 bits count; should be random (RFC 7741 4.2)
  /// Processor cores that the call may use: decides threads. Zero: what the machine has.
  int cores = 0;
  const VideoCodec* codec = &vp8();
};

/// One encoded picture as payloads, in the order in which they are to be sent. The last one carries the RTP marker.
struct EncodedVideoFrame {
  std::vector<PacketHandle> payloads;
  uint32_t rtp_timestamp = 0;  ///< 90 kHz, follows the capture time
  bool key_frame = false;
  Timestamp capture_time{};
  int width = 0;   ///< pixels, as encoded
  int height = 0;  ///< pixels, as encoded
};

/// What a VideoFrameEncoder has done since it was made.
struct VideoFrameEncoderStatistics {
  uint64_t frames_encoded = 0;
  uint64_t frames_refused = 0;  ///< empty, larger than VP8 or sotto allows, or not newer than the one before
  uint64_t frames_dropped = 0;  ///< skipped by the rate control, or while the target was zero
  uint64_t frames_failed = 0;   ///< libvpx reported an error
  uint64_t key_frames = 0;
  uint64_t bytes = 0;  ///< VP8 data, without payload descriptors
  int width = 0;       ///< of the last encoded picture
  int height = 0;
  int quantizer = 0;  ///< of the last encoded picture: 0 (best) to 63
};

/// The most that is worth spending on pictures of this size: beyond it more bits hardly show. Anchored at 1.7 Mbit/s
/// for 640x360 and 2.5 Mbit/s for 1280x720.
DataRate suggested_max_bitrate(int width, int height);

/// Everything of a video sender but its thread: picture in, payloads out. It reads no clock; time is the capture time
/// of the pictures. One thread.
class VideoFrameEncoder {
 public:
  /// `prepared`, if there is one, came from make_encoder with the same frame rate, cores and codec, and has encoded
  /// nothing: it serves if it has the size of the first picture.
  VideoFrameEncoder(const VideoSenderOptions& options, std::shared_ptr<PacketPool> pool,
                    std::unique_ptr<VideoEncoder> prepared = nullptr);

  /// An encoder as it is used for pictures of `size`. Making one takes as long as its first picture.
  static Result<std::unique_ptr<VideoEncoder>> make_encoder(const VideoSenderOptions& options, PictureSize size);

  /// Encodes one picture. Null comes back for a picture that is refused, fails, or is dropped to keep the rate; what
  /// else comes back holds until the next call, and its payloads may be moved away.
  /// On a thin link pictures are made smaller first (see SizeAdapter). A picture encoded at another size than the one
  /// before starts a new encoder and is a key frame.
  EncodedVideoFrame* encode(const VideoFrame& frame);

  /// The bitrate to keep from the next picture on; zero: none is encoded.
  void set_target(DataRate target);

  /// Asks for a key frame: the first request is answered by the next picture, later ones at most once in 300 ms (of
  /// capture time), so that a peer cannot turn the stream into key frames. A request is never forgotten, only delayed.
  void request_key_frame() { key_frame_requested_ = true; }

  /// Whether a request still waits for its key frame.
  bool key_frame_pending() const { return key_frame_requested_; }

  const VideoFrameEncoderStatistics& statistics() const { return statistics_; }

 private:
  bool acceptable(const VideoFrame& frame) const;
  bool key_frame_due(Timestamp now) const;
  void advance_media_time(Timestamp capture_time);
  Result<Vp8Picture> encode_picture(const VideoBuffer& picture, bool key_frame);
  uint32_t rtp_timestamp(Timestamp capture_time) const;

  VideoSenderOptions options_;
  Vp8Packetizer packetizer_;
  SizeAdapter size_adapter_;
  PictureScaler scaler_;
  std::unique_ptr<VideoEncoder> encoder_;
  bool key_frame_requested_ = false;
  std::optional<Timestamp> last_requested_key_frame_;
  std::optional<Timestamp> first_capture_time_;
  std::optional<Timestamp> last_capture_time_;
  Duration frame_interval_;  // smoothed
  Duration encoder_time_{};  // what libvpx is told: capture time without its jitter
  EncodedVideoFrame encoded_;
  VideoFrameEncoderStatistics statistics_;
};

}  // namespace sotto::media
