#pragma once

#include <memory>

#include <sotto/result.hpp>
#include <sotto/video_frame.hpp>

#include "base/bytes.hpp"
#include "media/video/decoded_picture_pool.hpp"
#include "media/video/video_codec.hpp"

namespace sotto::media {

/// libvpx's VP8 decoder behind checks: sizes are read and judged before it sees a byte, and after an error it starts
/// anew at the next key frame. One thread at a time.
class Vp8Decoder final : public VideoDecoder {
 public:
  /// Pictures beyond these sizes are refused. `threads`: 1 to 4.
  Vp8Decoder(int max_width, int max_height, int threads);
  Vp8Decoder(const Vp8Decoder&) = delete;
  Vp8Decoder& operator=(const Vp8Decoder&) = delete;
  ~Vp8Decoder() override;

  Result<std::shared_ptr<const VideoBuffer>> decode(ByteView frame, bool show) override;

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
