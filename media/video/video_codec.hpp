#pragma once

#include <memory>

#include <sotto/result.hpp>
#include <sotto/video_frame.hpp>

#include "base/bytes.hpp"
#include "base/units.hpp"
#include "media/video/vp8_encoder_settings.hpp"

namespace sotto::media {

/// One picture as VP8.
struct Vp8Picture {
  ByteView data;  ///< valid until the next call of the encoder; empty if the rate control skipped the picture
  bool key_frame = false;
  int quantizer = 0;  ///< 0 (best) to 63
};

/// Turns pictures of one size into VP8. One thread at a time.
class VideoEncoder {
 public:
  virtual ~VideoEncoder() = default;
  /// Encodes `picture`, which has the size of the options; its pixels are read in place. `time` and `duration` place it
  /// for the rate control; `time` must grow. The first picture is a key frame.
  virtual Result<Vp8Picture> encode(const VideoBuffer& picture, Duration time, Duration duration, bool key_frame) = 0;
  /// The bitrate to keep from the next picture on.
  virtual Result<void> set_target(DataRate target) = 0;
  virtual const Vp8EncoderOptions& options() const = 0;
};

/// Turns VP8 into pictures. One thread at a time.
class VideoDecoder {
 public:
  virtual ~VideoDecoder() = default;
  /// Decodes one picture. With `show` it is copied out once, into memory from a pool; without, or if the sender marks
  /// it as not to be shown, or if the application holds all of the pool's pictures, the pointer is null.
  /// kMalformed for what does not decode, kRefused for a picture too large, kUnavailable if a key frame must come
  /// first.
  virtual Result<std::shared_ptr<const VideoBuffer>> decode(ByteView frame, bool show) = 0;
};

/// Makes both. Simulations have models in the place of VP8.
class VideoCodec {
 public:
  virtual ~VideoCodec() = default;
  /// kInvalidArgument for a size outside the limits, kUnavailable if the library refuses.
  virtual Result<std::unique_ptr<VideoEncoder>> make_encoder(const Vp8EncoderOptions& options) const = 0;
  /// Pictures beyond these sizes are refused. `threads`: 1 to 4.
  virtual std::unique_ptr<VideoDecoder> make_decoder(int max_width, int max_height, int threads) const = 0;
};

/// libvpx.
const VideoCodec& vp8();

}  // namespace sotto::media
