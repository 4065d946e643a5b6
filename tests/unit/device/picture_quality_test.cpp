#include "media/device/picture_quality.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "media/device/test_picture.hpp"

namespace sotto::media {
namespace {

VideoBuffer copy_of(const VideoBuffer& picture) {
  VideoBuffer copy(picture.width(), picture.height());
  std::copy(picture.bytes().begin(), picture.bytes().end(), copy.bytes().begin());
  return copy;
}

TEST(PictureQuality, IsPerfectForEqualPictures) {
  TestPicture source(64, 48);
  const auto picture = source.frame(0);
  EXPECT_EQ(luma_psnr(*picture, *picture), 100.0);
  EXPECT_DOUBLE_EQ(luma_ssim(*picture, *picture), 1.0);
}

TEST(PictureQuality, GivesThePsnrOfAKnownError) {
  TestPicture source(64, 48);
  const auto picture = source.frame(0);
  VideoBuffer brighter = copy_of(*picture);
  for (int i = 0; i < 64 * 48; ++i) brighter.y()[i] = static_cast<uint8_t>(brighter.y()[i] + 5);
  EXPECT_NEAR(luma_psnr(*picture, brighter), 34.15, 0.01);  // 20 log10(255 / 5)
  EXPECT_GT(luma_ssim(*picture, brighter), 0.98);           // structure is what it was
}

TEST(PictureQuality, LooksAtLumaAlone) {
  TestPicture source(64, 48);
  const auto picture = source.frame(0);
  VideoBuffer recoloured = copy_of(*picture);
  std::fill_n(recoloured.u(), 32 * 24, uint8_t{3});
  EXPECT_EQ(luma_psnr(*picture, recoloured), 100.0);
}

TEST(PictureQuality, SeesLostStructure) {
  TestPicture source(64, 48);
  const auto picture = source.frame(0);
  VideoBuffer flat = copy_of(*picture);
  std::fill_n(flat.y(), 64 * 48, uint8_t{120});
  EXPECT_LT(luma_ssim(*picture, flat), 0.6);
}

TEST(TestPicture, IsTheSameForTheSameSeed) {
  TestPicture a(128, 72, 5), b(128, 72, 5), c(128, 72, 6);
  EXPECT_EQ(luma_psnr(*a.frame(17), *b.frame(17)), 100.0);
  EXPECT_LT(luma_psnr(*a.frame(17), *c.frame(17)), 40.0);
}

TEST(TestPicture, MovesFromFrameToFrame) {
  TestPicture source(128, 72);
  const auto first = source.frame(0);
  EXPECT_LT(luma_psnr(*first, *source.frame(1)), 35.0);
}

TEST(TestPicture, ReusesTheMemoryOfPicturesThatAreGone) {
  TestPicture source(128, 72);
  const VideoBuffer* first = source.frame(0).get();
  EXPECT_EQ(source.frame(1).get(), first);
}

TEST(TestPicture, OutlivesItsSource) {
  std::shared_ptr<const VideoBuffer> picture;
  {
    TestPicture source(128, 72);
    picture = source.frame(3);
  }
  EXPECT_EQ(picture->width(), 128);
}

}  // namespace
}  // namespace sotto::media
