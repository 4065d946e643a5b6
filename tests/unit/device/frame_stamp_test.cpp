#include "media/device/frame_stamp.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sotto::media {
namespace {

VideoBuffer grey_picture(int width, int height) {
  VideoBuffer picture(width, height);
  std::fill(picture.bytes().begin(), picture.bytes().end(), uint8_t{128});
  return picture;
}

TEST(FrameStamp, ReadsBackEveryNumber) {
  VideoBuffer picture = grey_picture(320, 180);
  for (int number = 0; number <= 0xffff; ++number) {
    stamp_frame(picture, static_cast<uint16_t>(number));
    ASSERT_EQ(read_stamp(picture), number);
  }
}

TEST(FrameStamp, ShowsTheGrayCodeWithTheHighestBitFirst) {
  VideoBuffer picture = grey_picture(80, 40);
  stamp_frame(picture, 0x8002);  // Gray code 0xC003; cells of 2 pixels
  const auto cell = [&](int i, int row) { return picture.y()[row * 80 + 2 * i]; };
  EXPECT_EQ(cell(0, 0), 235);
  EXPECT_EQ(cell(1, 0), 235);
  EXPECT_EQ(cell(2, 0), 16);
  EXPECT_EQ(cell(13, 0), 16);
  EXPECT_EQ(cell(14, 0), 235);
  EXPECT_EQ(cell(15, 0), 235);
  EXPECT_EQ(cell(0, 2), 16);
  EXPECT_EQ(cell(2, 2), 235);
  EXPECT_EQ(cell(16, 0), 128);
  EXPECT_EQ(cell(0, 4), 128);
}

TEST(FrameStamp, TakesTheColourFromUnderItself) {
  VideoBuffer picture = grey_picture(80, 40);
  std::fill_n(picture.u(), 40 * 20, uint8_t{10});
  std::fill_n(picture.v(), 40 * 20, uint8_t{240});
  stamp_frame(picture, 1);
  EXPECT_EQ(picture.u()[0], 128);
  EXPECT_EQ(picture.v()[40 + 15], 128);
  EXPECT_EQ(picture.u()[16], 10);
  EXPECT_EQ(picture.v()[2 * 40], 240);
}

TEST(FrameStamp, IsUnreadableWhereThereIsNone) { EXPECT_EQ(read_stamp(grey_picture(320, 180)), std::nullopt); }

TEST(FrameStamp, IsUnreadableWithOneCellTooGrey) {
  VideoBuffer picture = grey_picture(320, 180);
  stamp_frame(picture, 7);
  for (int row = 0; row < 16; ++row) std::fill_n(picture.y() + row * 320 + 5 * 8, 8, uint8_t{120});
  EXPECT_EQ(read_stamp(picture), std::nullopt);
}

TEST(FrameStamp, IsReadInAPictureOfHalfTheSize) {
  VideoBuffer picture = grey_picture(640, 360);
  stamp_frame(picture, 12345);
  VideoBuffer half(320, 180);
  for (int y = 0; y < 180; ++y) {
    for (int x = 0; x < 320; ++x) {
      const uint8_t* at = picture.y() + 2 * y * 640 + 2 * x;
      half.y()[y * 320 + x] = static_cast<uint8_t>((at[0] + at[1] + at[640] + at[641] + 2) / 4);
    }
  }
  EXPECT_EQ(read_stamp(half), 12345);
}

TEST(FrameStamp, LeavesPicturesAloneThatCannotHoldIt) {
  for (const auto& [width, height] : {std::pair{39, 100}, std::pair{400, 19}, std::pair{1, 1}}) {
    VideoBuffer picture = grey_picture(width, height);
    stamp_frame(picture, 0x5555);
    EXPECT_TRUE(std::all_of(picture.bytes().begin(), picture.bytes().end(), [](uint8_t b) { return b == 128; }));
    EXPECT_EQ(read_stamp(picture), std::nullopt);
  }
}

TEST(FrameStamp, FitsPicturesOfOddSize) {
  VideoBuffer picture = grey_picture(333, 187);
  stamp_frame(picture, 999);
  EXPECT_EQ(read_stamp(picture), 999);
}

}  // namespace
}  // namespace sotto::media
