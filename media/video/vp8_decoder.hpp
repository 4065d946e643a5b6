#pragma once

#include <memory>

#include <sotto/result.hpp>
#include <sotto/video_frame.hpp>

#include "base/bytes.hpp"
#include "media/video/decoded_picture_pool.hpp"

namespace sotto::media {

/// libvpx's VP8 decoder behind checks: sizes are read and judged before it sees a byte, and after an error it starts
/// anew at the next key frame. One thread at a time.
class Vp8Decoder {
 public:
  /// Pictures beyond these sizes are refused. `threads`: 1 to 4.
  Vp8Decoder(int max_width, int max_height, int threads);
  Vp8Decoder(const Vp8Decoder&) = delete;
  Vp8Decoder& operator=(const Vp8Decoder&) = delete;
  ~Vp8Decoder();

  /// Decodes one picture. With `show` it is copied out once, into memory from a pool; without, or if the sender marks
  /// it as not to be shown, or if the application holds all of the pool's pictures, the pointer is null.
  /// kMalformed for what does not decode, kRefused for a picture too large, kUnavailable if a key frame must come
  /// first.
  Result<std::shared_ptr<const VideoBuffer>> decode(ByteView frame, bool show);

 private:
  struct Codec;
  Result<void> start();

  const int max_width_;
  const int max_height_;
  const int threads_;
  std::unique_ptr<Codec> codec_;  // none: waits for a key frame
  std::shared_ptr<DecodedPicturePool> pool_;
};

}  // namespace sotto::media
