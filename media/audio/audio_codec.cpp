#include "media/audio/audio_codec.hpp"

#include "media/audio/opus_decoder.hpp"
#include "media/audio/opus_encoder.hpp"

namespace sotto::media {
namespace {

class Opus final : public AudioCodec {
 public:
  std::unique_ptr<AudioEncoder> make_encoder(DataRate bitrate) const override {
    return std::make_unique<OpusEncoder>(bitrate);
  }
  std::unique_ptr<AudioDecoder> make_decoder() const override { return std::make_unique<OpusDecoder>(); }
};

}  // namespace

const AudioCodec& opus() {
  static const Opus codec;
  return codec;
}

}  // namespace sotto::media
