#include "media/video/picture_repeat.hpp"

#include <gtest/gtest.h>

namespace sotto::media {
namespace {

constexpr Timestamp kStart{100s};
constexpr Timestamp kCaptured{7s};  // any clock of the source's

TEST(PictureRepeat, RepeatsThePictureWhenNoNewOneComesWithin100MillisecondsOfARequest) {
  PictureRepeat repeat;
  repeat.on_picture(kCaptured, kStart);
  repeat.on_key_frame_wanted(kStart + 1s);
  EXPECT_EQ(repeat.next_deadline(), kStart + 1100ms);
  EXPECT_FALSE(repeat.take(kStart + 1099ms));
  EXPECT_TRUE(repeat.take(kStart + 1100ms));
  EXPECT_FALSE(repeat.take(kStart + 1100ms)) << "once is enough";
  EXPECT_EQ(repeat.next_deadline(), std::nullopt);
}

TEST(PictureRepeat, LeavesTheKeyFrameToANewPictureThatComesInTime) {
  PictureRepeat repeat;
  repeat.on_picture(kCaptured, kStart);
  repeat.on_key_frame_wanted(kStart + 1ms);
  repeat.on_picture(kCaptured + 33ms, kStart + 33ms);
  EXPECT_EQ(repeat.next_deadline(), std::nullopt);
}

TEST(PictureRepeat, DoesNothingWithoutARequestOrBeforeTheFirstPicture) {
  PictureRepeat repeat;
  repeat.on_key_frame_wanted(kStart);
  EXPECT_EQ(repeat.next_deadline(), std::nullopt);
  repeat.on_picture(kCaptured, kStart);
  EXPECT_FALSE(repeat.take(kStart + 10s));
}

TEST(PictureRepeat, IsNotPutOffByMoreRequests) {
  PictureRepeat repeat;
  repeat.on_picture(kCaptured, kStart);
  repeat.on_key_frame_wanted(kStart);
  repeat.on_key_frame_wanted(kStart + 90ms);
  EXPECT_TRUE(repeat.take(kStart + 100ms));
}

TEST(PictureRepeat, MovesTheCaptureTimeOnButStaysBehindTheNextPictureOfTheSource) {
  PictureRepeat repeat;
  repeat.on_picture(kCaptured, kStart);
  Timestamp last = kCaptured;
  for (int i = 0; i < 10; ++i) {
    const Timestamp now = kStart + i * 100ms;
    repeat.on_key_frame_wanted(now);
    const std::optional<Timestamp> repeated = repeat.take(now + 100ms);
    ASSERT_TRUE(repeated);
    EXPECT_GT(*repeated, last);
    EXPECT_LT(*repeated, kCaptured + (now + 100ms - kStart));
    last = *repeated;
  }
}

}  // namespace
}  // namespace sotto::media
