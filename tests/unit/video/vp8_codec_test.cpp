#include <gtest/gtest.h>
#include <vpx/vp8dx.h>
#include <vpx/vpx_decoder.h>

#include "media/device/picture_quality.hpp"
#include "media/video/vp8_decoder.hpp"
#include "media/video/vp8_encoder.hpp"
#include "media/video/vp8_payload_descriptor.hpp"
#include "video_test_support.hpp"

namespace sotto::media {
namespace {

constexpr Duration kInterval = 33'333us;

Bytes encode(Vp8Encoder& encoder, const VideoFrame& frame, bool key_frame = false) {
  const Result<Vp8Picture> picture = encoder.encode(*frame.buffer, frame.time.time_since_epoch(), kInterval, key_frame);
  EXPECT_TRUE(picture.ok());
  return {picture->data.begin(), picture->data.end()};
}

TEST(Vp8EncoderSettings, AreThoseOfACall) {
  const Vp8EncoderSettings settings =
      vp8_encoder_settings({.width = 1280, .height = 720, .target = DataRate::kbps(2500), .cores = 2});
  EXPECT_EQ(settings.target_kbps, 2500) << "libvpx counts in kbit/s";
  EXPECT_EQ(settings.threads, 1);
  EXPECT_EQ(settings.undershoot_percent, 100);
  EXPECT_EQ(settings.overshoot_percent, 15);
  EXPECT_EQ(settings.initial_buffer_ms, 500);
  EXPECT_EQ(settings.optimal_buffer_ms, 600);
  EXPECT_EQ(settings.buffer_ms, 1000);
  EXPECT_EQ(settings.noise_sensitivity, 0);
  EXPECT_EQ(settings.max_key_frame_percent, 600) << "200 ms at 30 pictures a second";
}

TEST(Vp8EncoderSettings, FollowSizeAndCoresWhateverTheRate) {
  struct Row {
    int width, height, kbps, cores, speed, threads;
  };
  for (const Row& row : {
           Row{1280, 720, 2500, 2, 6, 1},
           Row{1280, 720, 2500, 8, 6, 1},
           Row{1280, 720, 1000, 2, 6, 1},
           Row{640, 360, 1700, 2, 4, 1},
           Row{640, 360, 200, 2, 4, 1},
           Row{320, 180, 500, 2, 4, 1},
           Row{1920, 1080, 4000, 1, 8, 1},
           Row{1920, 1080, 4000, 2, 8, 2},
           Row{1920, 1080, 1000, 2, 8, 2},
       }) {
    const Vp8EncoderSettings settings = vp8_encoder_settings(
        {.width = row.width, .height = row.height, .target = DataRate::kbps(row.kbps), .cores = row.cores});
    EXPECT_EQ(settings.speed, row.speed) << row.width << " at " << row.kbps;
    EXPECT_EQ(settings.threads, row.threads) << row.width << " on " << row.cores;
  }
}

TEST(Vp8EncoderSettings, KeepTheRateWithinWhatLibvpxCanCount) {
  const auto kbps = [](int64_t bps) {
    return vp8_encoder_settings({.width = 320, .height = 180, .target = DataRate::bps(bps)}).target_kbps;
  };
  EXPECT_EQ(kbps(0), 30);
  EXPECT_EQ(kbps(-5), 30);
  EXPECT_EQ(kbps(int64_t{1} << 60), 100'000);
}

TEST(Vp8Encoder, RefusesSizesItCannotEncode) {
  for (const int dimension : {-1, 0, kMaxVideoDimension + 1}) {
    EXPECT_FALSE(Vp8Encoder::create({.width = dimension, .height = 16, .target = DataRate::kbps(100)}).ok());
    EXPECT_FALSE(Vp8Encoder::create({.width = 16, .height = dimension, .target = DataRate::kbps(100)}).ok());
  }
}

TEST(Vp8Encoder, MakesAKeyFrameFirstAndThenOnlyWhenAsked) {
  Vp8Encoder encoder = Vp8Encoder::create({.width = 320, .height = 180, .target = DataRate::kbps(600)}).value();
  int number = 0;
  for (const VideoFrame& frame : moving_pictures(200)) {
    const bool asked = number == 150;
    const Bytes data = encode(encoder, frame, asked);
    ASSERT_FALSE(data.empty());
    EXPECT_EQ(parse_vp8_frame_header(data)->key_frame, number == 0 || asked) << number;
    ++number;
  }
}

TEST(Vp8Encoder, LeavesGoldenAndAltrefAloneBetweenKeyFrames) {
  Vp8Encoder encoder = Vp8Encoder::create({.width = 320, .height = 180, .target = DataRate::kbps(600)}).value();
  vpx_codec_ctx_t decoder{};
  ASSERT_EQ(vpx_codec_dec_init(&decoder, vpx_codec_vp8_dx(), nullptr, 0), VPX_CODEC_OK);
  int number = 0;
  for (const VideoFrame& frame : moving_pictures(100)) {
    const bool key_frame = number++ % 50 == 0;
    const Bytes data = encode(encoder, frame, key_frame);
    ASSERT_EQ(vpx_codec_decode(&decoder, data.data(), static_cast<unsigned>(data.size()), nullptr, 0), VPX_CODEC_OK);
    int updated = 0;
    int used = 0;
    vpx_codec_control(&decoder, VP8D_GET_LAST_REF_UPDATES, &updated);
    vpx_codec_control(&decoder, VP8D_GET_LAST_REF_USED, &used);
    EXPECT_EQ(updated, key_frame ? VP8_LAST_FRAME | VP8_GOLD_FRAME | VP8_ALTR_FRAME : VP8_LAST_FRAME);
    EXPECT_EQ(used & ~VP8_LAST_FRAME, 0);
  }
  vpx_codec_destroy(&decoder);
}

TEST(Vp8Codec, KeepsQualityOverAMovingPicture) {
  Vp8Encoder encoder = Vp8Encoder::create({.width = 640, .height = 360, .target = DataRate::kbps(1700)}).value();
  Vp8Decoder decoder(640, 360, 1);
  double worst = 100;
  int number = 0;
  for (const VideoFrame& frame : moving_pictures(60, 640, 360)) {
    const auto picture = decoder.decode(encode(encoder, frame), true);
    ASSERT_TRUE(picture.ok());
    ASSERT_NE(*picture, nullptr);
    if (++number > 30) worst = std::min(worst, luma_psnr(*frame.buffer, **picture));
  }
  EXPECT_GT(worst, 32.0);
}

TEST(Vp8Codec, CarriesPicturesOfAnySize) {
  for (const auto& [width, height] :
       std::vector<std::pair<int, int>>{{16, 16}, {17, 33}, {98, 50}, {321, 179}, {180, 320}}) {
    Vp8Encoder encoder = Vp8Encoder::create({.width = width, .height = height, .target = DataRate::kbps(500)}).value();
    Vp8Decoder decoder(1280, 720, 1);
    for (const VideoFrame& frame : moving_pictures(5, width, height)) {
      const auto picture = decoder.decode(encode(encoder, frame), true);
      ASSERT_TRUE(picture.ok()) << width << "x" << height;
      EXPECT_EQ((*picture)->width(), width);
      EXPECT_EQ((*picture)->height(), height);
      EXPECT_GT(luma_psnr(*frame.buffer, **picture), 20.0) << width << "x" << height;
    }
  }
}

TEST(Vp8Codec, CarriesOnePixel) {
  Vp8Encoder encoder = Vp8Encoder::create({.width = 1, .height = 1, .target = DataRate::kbps(100)}).value();
  auto pixel = std::make_shared<VideoBuffer>(1, 1);
  std::ranges::fill(pixel->bytes(), uint8_t{200});
  Vp8Decoder decoder(16, 16, 1);
  const auto picture = decoder.decode(encode(encoder, {pixel, Timestamp(1s)}), true);
  ASSERT_TRUE(picture.ok());
  EXPECT_NEAR((*picture)->y()[0], 200, 8);
}

TEST(Vp8Encoder, BoundsTheSizeOfAKeyFrame) {
  // 200 ms of the rate at 30 pictures a second: six average pictures. libvpx aims below it; a tenth more is tolerated.
  for (const int kbps : {300, 600, 1200}) {
    Vp8Encoder encoder = Vp8Encoder::create({.width = 640, .height = 360, .target = DataRate::kbps(kbps)}).value();
    const auto frames = moving_pictures(90, 640, 360);
    for (size_t i = 0; i < frames.size(); ++i) {
      const bool key_frame = i % 45 == 0;
      const Bytes data = encode(encoder, frames[i], key_frame);
      if (key_frame) {
        EXPECT_LT(data.size(), (DataRate::kbps(kbps) * 220ms).bytes()) << kbps << " kbit/s, picture " << i;
      }
    }
  }
}

TEST(Vp8Encoder, SpreadsTheRefinementAfterAKeyFrameOverSeveralPictures) {
  Vp8Encoder encoder = Vp8Encoder::create({.width = 640, .height = 360, .target = DataRate::kbps(1200)}).value();
  const auto frames = moving_pictures(100, 640, 360);
  size_t after_key_frame = 0;
  for (size_t i = 0; i < frames.size(); ++i) {
    const size_t size = encode(encoder, frames[i], i == 60).size();
    if (i > 60 && i <= 66) after_key_frame = std::max(after_key_frame, size);
  }
  const auto average = static_cast<size_t>((DataRate::kbps(1200) * kInterval).bytes());
  EXPECT_LT(after_key_frame, 3 * average);
}

TEST(Vp8Decoder, WantsAKeyFrameFirst) {
  Vp8Decoder decoder(320, 180, 1);
  const auto picture = decoder.decode(fake_picture(false, 100), true);
  ASSERT_FALSE(picture.ok());
  EXPECT_EQ(picture.error().code, ErrorCode::kUnavailable);
}

TEST(Vp8Decoder, RefusesAPictureLargerThanAgreedBeforeDecodingIt) {
  Vp8Encoder encoder = Vp8Encoder::create({.width = 320, .height = 180, .target = DataRate::kbps(600)}).value();
  const Bytes key_frame = encode(encoder, moving_pictures(1)[0]);
  for (const auto& [width, height] : std::vector<std::pair<int, int>>{{319, 180}, {320, 179}}) {
    Vp8Decoder decoder(width, height, 1);
    const auto picture = decoder.decode(key_frame, true);
    ASSERT_FALSE(picture.ok());
    EXPECT_EQ(picture.error().code, ErrorCode::kRefused);
  }
}

TEST(Vp8Decoder, StartsAnewAtAKeyFrameAfterADamagedPicture) {
  Vp8Encoder encoder = Vp8Encoder::create({.width = 320, .height = 180, .target = DataRate::kbps(600)}).value();
  const auto frames = moving_pictures(4);
  Vp8Decoder decoder(320, 180, 1);
  ASSERT_TRUE(decoder.decode(encode(encoder, frames[0]), true).ok());
  Bytes damaged = encode(encoder, frames[1]);
  damaged.resize(4);
  EXPECT_EQ(decoder.decode(damaged, true).error().code, ErrorCode::kMalformed);
  EXPECT_EQ(decoder.decode(encode(encoder, frames[2]), true).error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(decoder.decode(encode(encoder, frames[3], true), true).ok());
}

TEST(Vp8Decoder, DecodesWithoutShowing) {
  Vp8Encoder encoder = Vp8Encoder::create({.width = 320, .height = 180, .target = DataRate::kbps(600)}).value();
  Vp8Decoder decoder(320, 180, 1);
  const auto frames = moving_pictures(2);
  const auto hidden = decoder.decode(encode(encoder, frames[0]), false);
  ASSERT_TRUE(hidden.ok());
  EXPECT_EQ(*hidden, nullptr);
  EXPECT_NE(decoder.decode(encode(encoder, frames[1]), true).value(), nullptr);
}

TEST(Vp8Decoder, GivesNoMorePicturesThanItsPoolToWhoKeepsThem) {
  Vp8Encoder encoder = Vp8Encoder::create({.width = 64, .height = 64, .target = DataRate::kbps(300)}).value();
  Vp8Decoder decoder(64, 64, 1);
  std::vector<std::shared_ptr<const VideoBuffer>> kept;
  for (const VideoFrame& frame : moving_pictures(30, 64, 64)) {
    const auto picture = decoder.decode(encode(encoder, frame), true);
    ASSERT_TRUE(picture.ok());
    if (*picture) kept.push_back(*picture);
  }
  EXPECT_EQ(kept.size(), DecodedPicturePool::kMaxBuffers);
}

TEST(DecodedPicturePool, ReusesMemoryAndOutlivesItsOwner) {
  auto pool = DecodedPicturePool::create();
  const uint8_t* memory = pool->take(64, 64)->y();
  std::shared_ptr<VideoBuffer> again = pool->take(64, 64);
  EXPECT_EQ(again->y(), memory);
  pool.reset();
  again->bytes()[0] = 1;
}

}  // namespace
}  // namespace sotto::media
