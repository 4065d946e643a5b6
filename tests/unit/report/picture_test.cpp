#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <webp/decode.h>

#include "media/device/picture_quality.hpp"
#include "media/device/test_picture.hpp"
#include "tools/report/picture_image.hpp"
#include "tools/report/picture_log.hpp"

namespace sotto::tools {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

/// The picture that a WebP holds.
VideoBuffer decode(const Bytes& image) {
  int width = 0, height = 0, stride = 0, chroma_stride = 0;
  uint8_t *u = nullptr, *v = nullptr;
  uint8_t* const y = WebPDecodeYUV(image.data(), image.size(), &width, &height, &u, &v, &stride, &chroma_stride);
  EXPECT_NE(y, nullptr);
  VideoBuffer picture(width, height);
  for (int row = 0; y != nullptr && row < height; ++row) {
    std::copy_n(y + row * stride, width, picture.y() + row * picture.luma_stride());
  }
  WebPFree(y);
  return picture;
}

TEST(PictureImage, LooksLikeThePicture) {
  media::TestPicture pictures(320, 180, 3);
  const auto picture = pictures.frame(7);
  const Result<Bytes> image = encode_picture(*picture, 640);
  ASSERT_TRUE(image.ok()) << image.error().message;
  EXPECT_GT(media::luma_psnr(*picture, decode(*image)), 40);
}

TEST(PictureImage, IsMadeSmallerThanAPictureThatIsTooWide) {
  media::TestPicture pictures(320, 180, 3);
  const Result<Bytes> image = encode_picture(*pictures.frame(0), 160);
  ASSERT_TRUE(image.ok()) << image.error().message;
  const VideoBuffer decoded = decode(*image);
  EXPECT_EQ(decoded.width(), 160);
  EXPECT_EQ(decoded.height(), 90);
}

TEST(PictureLog, KeepsOneASecondOfAShortCall) {
  PictureLog log;
  for (int i = 0; i < 150; ++i) log.add(VideoBuffer(16, 16), i / 30.0);
  ASSERT_THAT(log.kept(), SizeIs(5));
  EXPECT_NEAR(log.kept()[3].seconds, 3, 0.05);
}

TEST(PictureLog, KeepsFewOfALongCallAndSpreadsThem) {
  PictureLog log;
  for (int second = 0; second < 3600; ++second) log.add(VideoBuffer(16, 16), second);
  EXPECT_LE(log.kept().size(), 8u);
  EXPECT_GE(log.kept().size(), 4u);
  EXPECT_EQ(log.kept().front().seconds, 0);
  EXPECT_GT(log.kept().back().seconds, 2500);
  for (size_t i = 2; i < log.kept().size(); ++i) {
    EXPECT_EQ(log.kept()[i].seconds - log.kept()[i - 1].seconds, log.kept()[1].seconds);
  }
}

TEST(PictureLog, CopiesWhatItKeeps) {
  VideoBuffer picture(16, 16);
  std::fill(picture.bytes().begin(), picture.bytes().end(), uint8_t{100});
  PictureLog log;
  log.add(picture, 0);
  std::fill(picture.bytes().begin(), picture.bytes().end(), uint8_t{0});
  EXPECT_EQ(log.kept()[0].picture->y()[5], 100);
}

TEST(PictureLog, GivesAsManyAsThereAre) {
  PictureLog log;
  EXPECT_THAT(log.some(2), IsEmpty());
  log.add(VideoBuffer(16, 16), 0);
  EXPECT_THAT(log.some(2), SizeIs(1));
}

}  // namespace
}  // namespace sotto::tools
