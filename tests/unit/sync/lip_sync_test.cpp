#include "media/sync/lip_sync.hpp"

#include <gtest/gtest.h>

namespace sotto::media {
namespace {

constexpr Timestamp kStart{500s};
constexpr Duration kPicture{33'333};
constexpr Duration kBound = 500ms;
constexpr Duration kBufferDelay = 20ms;  // what play-out holds back of its own accord

/// A sender whose streams began at different moments, seen by a receiver whose clock is another.
class LipSyncTest : public testing::Test {
 protected:
  static uint32_t sound_timestamp(Duration captured) { return 123'456 + ticks(captured, 48'000); }
  static uint32_t picture_timestamp(Duration captured) { return 4'294'900'000 + ticks(captured, 90'000); }
  static uint32_t ticks(Duration time, int64_t rate) { return static_cast<uint32_t>(time.count() * rate / 1'000'000); }

  void report_sound(Duration captured, Duration error = 0ms) {
    sync_.on_sound_report({sound_timestamp(captured), kSenderClock + captured + error});
  }
  void report_pictures(Duration captured) {
    sync_.on_picture_report({picture_timestamp(captured), kSenderClock + captured});
  }
  /// Sound is heard `late` after it was captured.
  void hear(Duration captured, Duration late) {
    sync_.on_sound({sound_timestamp(captured), kStart + captured + late, kBufferDelay + held_, kBufferDelay});
  }
  /// How long a picture waits that could be shown `late` after it was captured.
  Duration wait(Duration captured, Duration late) {
    const Timestamp now = kStart + captured + late;
    return sync_.on_picture(picture_timestamp(captured), now) - now;
  }
  /// A second of pictures, beside sound that is heard `sound_late` after its capture, and as much more as it is held.
  void second(Duration sound_late, Duration picture_late) {
    for (int i = 0; i < 30; ++i, next_ += kPicture) {
      hear(next_, sound_late + held_);
      (void)wait(next_, picture_late);
    }
    held_ = std::max(sync_.least_sound_delay() - kBufferDelay, Duration::zero());
  }

  static constexpr Duration kSenderClock = 1'000'000s;
  LipSync sync_{kBound};
  Duration next_{};
  Duration held_{};
};

TEST_F(LipSyncTest, LetsNobodyWaitBeforeBothStreamsAreReportedOn) {
  hear(0ms, 300ms);
  EXPECT_EQ(wait(0ms, 50ms), 0ms);
  report_pictures(0ms);
  hear(20ms, 300ms);
  EXPECT_EQ(wait(33ms, 50ms), 0ms);
  EXPECT_EQ(sync_.sound_behind(), std::nullopt);
}

TEST_F(LipSyncTest, LetsAPictureWaitForSoundUntilItIsNoMoreThanALittleAhead) {
  report_sound(0ms);
  report_pictures(40ms);
  hear(1s, 200ms);
  EXPECT_EQ(wait(1s, 50ms), 150ms - LipSync::kMostAhead);
  EXPECT_EQ(wait(1s + kPicture, 190ms), 0ms);
}

TEST_F(LipSyncTest, DoesNotMindAPictureThatIsALittleAhead) {
  report_sound(0ms);
  report_pictures(0ms);
  hear(1s, 80ms);
  EXPECT_EQ(wait(1s, 50ms), 0ms);
}

TEST_F(LipSyncTest, GoesByTheSendersClockWhicheverStreamBeganFirst) {
  for (const Duration offset : {Duration(-500ms), Duration(500ms)}) {
    LipSync sync(kBound);
    // What was captured together is named together, whatever else is different.
    sync.on_sound_report({sound_timestamp(2s + offset), kSenderClock + 2s + offset});
    sync.on_picture_report({picture_timestamp(2s), kSenderClock + 2s});
    sync.on_sound({sound_timestamp(3s), kStart + 3s + 150ms, kBufferDelay, kBufferDelay});
    EXPECT_EQ(sync.on_picture(picture_timestamp(3s), kStart + 3s + 50ms), kStart + 3s + 150ms - LipSync::kMostAhead);
  }
}

TEST_F(LipSyncTest, DelaysSoundWherePicturesAreLateSecondAfterSecond) {
  report_sound(0ms);
  report_pictures(0ms);
  for (int i = 0; i < 10; ++i) second(60ms, 115ms);
  EXPECT_GT(60ms + held_, 115ms - 50ms);
  EXPECT_LE(60ms + held_, 115ms);
  for (int i = 0; i < 10; ++i) second(60ms, 300ms);
  EXPECT_GT(60ms + held_, 300ms - 135ms);
}

TEST_F(LipSyncTest, DoesNotDelaySoundForTroubleThatPasses) {
  report_sound(0ms);
  report_pictures(0ms);
  for (int i = 0; i < 5; ++i) second(60ms, 70ms);
  for (int i = 0; i < 3; ++i) second(60ms, 600ms);
  for (int i = 0; i < 5; ++i) second(60ms, 70ms);
  EXPECT_EQ(held_, 0ms);
}

TEST_F(LipSyncTest, DelaysSoundForTheFewPicturesThatAreLateOnlyIfALittleIsEnough) {
  report_sound(0ms);
  report_pictures(0ms);
  const auto with_late_ones = [this](Duration late) {
    for (int second = 0; second < 10; ++second) {
      for (int i = 0; i < 30; ++i, next_ += kPicture) {
        hear(next_, 60ms + held_);
        (void)wait(next_, i % 10 == 0 ? late : 70ms);
      }
      held_ = std::max(sync_.least_sound_delay() - kBufferDelay, Duration::zero());
    }
  };
  with_late_ones(150ms);
  EXPECT_GE(60ms + held_, 150ms - 80ms);
  EXPECT_LE(held_, 30ms);
  with_late_ones(250ms);
  EXPECT_LE(held_, 1ms);
}

TEST_F(LipSyncTest, GivesTheDelayOfSoundBackWhenPicturesAreOnTimeAgain) {
  report_sound(0ms);
  report_pictures(0ms);
  for (int i = 0; i < 10; ++i) second(60ms, 200ms);
  for (int i = 0; i < 10; ++i) second(60ms, 70ms);
  EXPECT_EQ(held_, 0ms);
}

TEST_F(LipSyncTest, NeverDelaysSoundBeyondItsBound) {
  report_sound(0ms);
  report_pictures(0ms);
  for (int i = 0; i < 20; ++i) {
    second(60ms, 1500ms);
    EXPECT_LE(sync_.least_sound_delay(), kBound);
  }
  EXPECT_EQ(sync_.least_sound_delay(), kBound);
}

TEST_F(LipSyncTest, DoesNotBelieveInStreamsThatAreSecondsApart) {
  for (const Duration error : {Duration(-3s), Duration(3s), Duration::min() / 2, Duration::max() / 2}) {
    report_sound(0ms, error);
    report_pictures(0ms);
    for (int i = 0; i < 10; ++i) second(100ms, 50ms);
    EXPECT_EQ(held_, 0ms);
    hear(next_, 100ms);
    EXPECT_EQ(wait(next_, 20ms), 0ms);
  }
}

TEST_F(LipSyncTest, FollowsReportsWhenTheSendersClocksDriftApart) {
  report_sound(0ms);
  report_pictures(0ms);
  hear(1s, 100ms);
  EXPECT_EQ(wait(1s, 50ms), 50ms - LipSync::kMostAhead);
  report_sound(10s, -40ms);  // the sound card has ticked too slowly since
  hear(11s, 60ms);
  EXPECT_EQ(wait(11s, 50ms), 50ms - LipSync::kMostAhead);
}

}  // namespace
}  // namespace sotto::media
