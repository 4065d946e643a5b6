#include "tools/harness/capture_schedule.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace sotto::tools {
namespace {

const Timestamp kStart{1'000'000us};

TEST(CaptureSchedule, HasNothingToDoBeforeItIsStarted) {
  CaptureSchedule schedule(30);
  EXPECT_EQ(schedule.next_due(), std::nullopt);
  EXPECT_EQ(schedule.take_block(kStart), std::nullopt);
  EXPECT_EQ(schedule.take_frame(kStart), std::nullopt);
}

TEST(CaptureSchedule, DeliversABlockTenMillisecondsAfterItsFirstSample) {
  CaptureSchedule schedule(30);
  schedule.start_audio(kStart);
  EXPECT_EQ(schedule.next_due(), kStart + 10ms);
  EXPECT_EQ(schedule.take_block(kStart + 9999us), std::nullopt);
  EXPECT_EQ(schedule.take_block(kStart + 10ms), 0);
  EXPECT_EQ(schedule.take_block(kStart + 10ms), std::nullopt);
  EXPECT_EQ(schedule.next_due(), kStart + 20ms);
}

TEST(CaptureSchedule, DeliversLateBlocksAllAndThenOnTime) {
  CaptureSchedule schedule(30);
  schedule.start_audio(kStart);
  std::vector<int64_t> blocks;
  while (const auto block = schedule.take_block(kStart + 45ms)) blocks.push_back(*block);
  EXPECT_EQ(blocks, (std::vector<int64_t>{0, 1, 2, 3}));
  EXPECT_EQ(schedule.next_due(), kStart + 50ms);
}

TEST(CaptureSchedule, DeliversTheFirstFrameAtOnceAndThirtyASecond) {
  CaptureSchedule schedule(30);
  schedule.start_video(kStart);
  int64_t count = 0;
  Timestamp now = kStart;
  while (now < kStart + 10s) {
    EXPECT_EQ(schedule.take_frame(now), count++);
    now = *schedule.next_due();
  }
  EXPECT_EQ(count, 300);
  EXPECT_EQ(now, kStart + 10s);
}

TEST(CaptureSchedule, SkipsFramesThatItIsTooLateFor) {
  CaptureSchedule schedule(30);
  schedule.start_video(kStart);
  EXPECT_EQ(schedule.take_frame(kStart), 0);
  EXPECT_EQ(schedule.take_frame(kStart + 105ms), 3);
  EXPECT_EQ(schedule.take_frame(kStart + 105ms), std::nullopt);
  EXPECT_EQ(schedule.next_due(), kStart + 133333us);
}

TEST(CaptureSchedule, WakesForWhateverIsDueNext) {
  CaptureSchedule schedule(30);
  schedule.start_audio(kStart);
  schedule.start_video(kStart + 1ms);
  EXPECT_EQ(schedule.next_due(), kStart + 1ms);
  EXPECT_EQ(schedule.take_frame(kStart + 1ms), 0);
  EXPECT_EQ(schedule.next_due(), kStart + 10ms);
}

TEST(CaptureSchedule, StopsOneMediumWithoutTheOther) {
  CaptureSchedule schedule(30);
  schedule.start_audio(kStart);
  schedule.start_video(kStart);
  schedule.stop_video();
  EXPECT_EQ(schedule.take_frame(kStart), std::nullopt);
  EXPECT_EQ(schedule.next_due(), kStart + 10ms);
  schedule.stop_audio();
  EXPECT_EQ(schedule.next_due(), std::nullopt);
}

}  // namespace
}  // namespace sotto::tools
