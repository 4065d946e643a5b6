#include "media/video/video_codec.hpp"

#include <utility>

#include "media/video/vp8_decoder.hpp"
#include "media/video/vp8_encoder.hpp"

namespace sotto::media {
namespace {

class Vp8 final : public VideoCodec {
 public:
  Result<std::unique_ptr<VideoEncoder>> make_encoder(const Vp8EncoderOptions& options) const override {
    Result<Vp8Encoder> encoder = Vp8Encoder::create(options);
    if (!encoder) return encoder.error();
    return std::unique_ptr<VideoEncoder>(std::make_unique<Vp8Encoder>(std::move(*encoder)));
  }
  std::unique_ptr<VideoDecoder> make_decoder(int max_width, int max_height, int threads) const override {
    return std::make_unique<Vp8Decoder>(max_width, max_height, threads);
  }
};

}  // namespace

const VideoCodec& vp8() {
  static const Vp8 codec;
  return codec;
}

}  // namespace sotto::media
