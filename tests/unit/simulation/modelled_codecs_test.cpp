#include "engine/simulation/modelled_codecs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "media/video/vp8_payload_descriptor.hpp"

namespace sotto::simulation {
namespace {

using media::VideoDecoder;
using media::VideoEncoder;

class ModelledVideo : public testing::Test {
 protected:
  Bytes next(bool key_frame = false) {
    const auto picture = encoder_->encode(picture_, time_ += 33ms, 33ms, key_frame).value();
    return {picture.data.begin(), picture.data.end()};
  }

  const ModelledVideoCodec codec_{1};
  const std::unique_ptr<VideoEncoder> encoder_ =
      codec_.make_encoder({.width = 320, .height = 180, .target = DataRate::kbps(800)}).value();
  const std::unique_ptr<VideoDecoder> decoder_ = codec_.make_decoder(1920, 1920, 1);
  const VideoBuffer picture_{320, 180};
  Duration time_{};
};

TEST_F(ModelledVideo, LooksLikeVp8) {
  const auto key = media::parse_vp8_frame_header(next());
  ASSERT_TRUE(key.ok());
  EXPECT_TRUE(key->key_frame);
  EXPECT_EQ(key->width, 320);
  EXPECT_EQ(key->height, 180);
  const auto other = media::parse_vp8_frame_header(next());
  ASSERT_TRUE(other.ok());
  EXPECT_FALSE(other->key_frame);
  EXPECT_TRUE(other->shown);
}

TEST_F(ModelledVideo, DecodesWhatComesWhole) {
  for (int i = 0; i < 50; ++i) {
    const Bytes data = next();
    if (data.empty()) continue;  // left out, to keep the rate
    const auto picture = decoder_->decode(data, true);
    ASSERT_TRUE(picture.ok());
    EXPECT_EQ((*picture)->width(), 320);
  }
}

TEST_F(ModelledVideo, DoesNotDecodeWithoutWhatAPictureRefersTo) {
  ASSERT_TRUE(decoder_->decode(next(), true).ok());
  (void)next();  // lost
  EXPECT_FALSE(decoder_->decode(next(), true).ok());
  time_ += 1s;
  EXPECT_TRUE(decoder_->decode(next(true), true).ok());
  EXPECT_TRUE(decoder_->decode(next(), true).ok());
}

TEST_F(ModelledVideo, KeepsTheTargetOnAverage) {
  size_t bytes = 0;
  for (int i = 0; i < 300; ++i) bytes += next().size();
  const double kbps = static_cast<double>(bytes) * 8 / (300 * 33);
  EXPECT_NEAR(kbps, 800, 80);
}

TEST(ModelledAudio, HasOneSizeAndTellsSoundFromSilence) {
  const ModelledAudioCodec codec;
  const auto encoder = codec.make_encoder(DataRate::kbps(32));
  const auto decoder = codec.make_decoder();
  std::array<int16_t, media::AudioEncoder::kFrameSamples> frame{};
  std::array<uint8_t, 1500> packet;
  std::array<int16_t, 5760> decoded;

  EXPECT_EQ(encoder->encode(frame, packet), 80u);
  EXPECT_EQ(decoder->decode(ByteView(packet).first(80), decoded), 960u);
  EXPECT_EQ(decoded[100], 0);
  std::ranges::fill(frame, int16_t{1});
  EXPECT_EQ(encoder->encode(frame, packet), 80u);
  EXPECT_EQ(decoder->decode(ByteView(packet).first(80), decoded), 960u);
  EXPECT_NE(decoded[100], 0);
}

}  // namespace
}  // namespace sotto::simulation
