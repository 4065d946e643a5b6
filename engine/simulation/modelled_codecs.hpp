#pragma once

#include "media/audio/audio_codec.hpp"
#include "media/video/video_codec.hpp"

namespace sotto::simulation {

/// Opus as the network sees it: packets of 20 ms at a constant rate, which say whether there was sound. Made up sound
/// is silence.
class ModelledAudioCodec final : public media::AudioCodec {
 public:
  std::unique_ptr<media::AudioEncoder> make_encoder(DataRate bitrate) const override;
  std::unique_ptr<media::AudioDecoder> make_decoder() const override;
};

/// VP8 as the network sees it: pictures of the sizes that ModelEncoder gives, with VP8's own headers, each of which
/// refers to the one before or is a key frame. The decoder refuses a picture without what it refers to.
class ModelledVideoCodec final : public media::VideoCodec {
 public:
  explicit ModelledVideoCodec(uint64_t seed) : seed_(seed) {}
  Result<std::unique_ptr<media::VideoEncoder>> make_encoder(const media::Vp8EncoderOptions& options) const override;
  std::unique_ptr<media::VideoDecoder> make_decoder(int max_width, int max_height, int threads) const override;

 private:
  const uint64_t seed_;
};

/// The real VP8 on one core, whose pictures do not depend on the machine's number of them.
class OneCoreVp8 final : public media::VideoCodec {
 public:
  Result<std::unique_ptr<media::VideoEncoder>> make_encoder(const media::Vp8EncoderOptions& options) const override;
  std::unique_ptr<media::VideoDecoder> make_decoder(int max_width, int max_height, int threads) const override;
};

}  // namespace sotto::simulation
