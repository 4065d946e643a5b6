#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "video_test_support.hpp"

namespace sotto::media {
namespace {

/// VP8 that counts its encoders.
class CountedCodec final : public VideoCodec {
 public:
  Result<std::unique_ptr<VideoEncoder>> make_encoder(const Vp8EncoderOptions& options) const override {
    ++encoders;
    return vp8().make_encoder(options);
  }
  std::unique_ptr<VideoDecoder> make_decoder(int max_width, int max_height, int threads) const override {
    return vp8().make_decoder(max_width, max_height, threads);
  }
  mutable int encoders = 0;
};

/// The VP8 of a picture.
Bytes joined(const EncodedVideoFrame& frame) {
  Bytes whole;
  for (const PacketHandle& payload : frame.payloads) {
    append(whole, parse_vp8_payload(std::as_const(*payload).view()).value().data);
  }
  return whole;
}

class PreparedEncoderTest : public testing::Test {
 protected:
  VideoFrameEncoder encoder_with_prepared(PictureSize size) {
    return {options_, PacketPool::create(), VideoFrameEncoder::make_encoder(options_, size).value()};
  }

  CountedCodec codec_;
  const VideoSenderOptions options_{.target = DataRate::kbps(400), .codec = &codec_};
  const std::vector<VideoFrame> pictures_ = moving_pictures(3);
};

TEST_F(PreparedEncoderTest, ServesPicturesOfItsSizeAsOneMadeForThemDoes) {
  VideoFrameEncoder prepared = encoder_with_prepared({320, 180});
  ASSERT_EQ(codec_.encoders, 1);
  VideoFrameEncoder plain(options_, PacketPool::create());
  for (const VideoFrame& picture : pictures_) {
    const EncodedVideoFrame* const from_prepared = prepared.encode(picture);
    const EncodedVideoFrame* const from_plain = plain.encode(picture);
    ASSERT_TRUE(from_prepared && from_plain);
    EXPECT_EQ(from_prepared->key_frame, from_plain->key_frame);
    EXPECT_EQ(joined(*from_prepared), joined(*from_plain));
  }
  EXPECT_EQ(codec_.encoders, 2) << "the prepared one and the plain one";
}

TEST_F(PreparedEncoderTest, KeepsTheRateItIsTakenWith) {
  VideoSenderOptions lower = options_;
  lower.target = DataRate::kbps(200);
  VideoFrameEncoder encoder(lower, PacketPool::create(), VideoFrameEncoder::make_encoder(options_, {320, 180}).value());
  for (const VideoFrame& picture : moving_pictures(150)) encoder.encode(picture);
  EXPECT_NEAR(static_cast<double>(encoder.statistics().bytes) * 8 / 5 / 1000, 200, 20);
}

TEST_F(PreparedEncoderTest, GivesWayToAnotherForPicturesOfAnotherSize) {
  VideoFrameEncoder encoder = encoder_with_prepared({640, 360});
  const EncodedVideoFrame* const encoded = encoder.encode(pictures_[0]);
  ASSERT_TRUE(encoded);
  EXPECT_TRUE(encoded->key_frame);
  EXPECT_EQ(encoded->width, 320);
  EXPECT_EQ(codec_.encoders, 2);
}

}  // namespace
}  // namespace sotto::media
