#include "engine/resend_schedule.hpp"

#include <gtest/gtest.h>

namespace sotto::engine {
namespace {

const Timestamp kStart{1s};

TEST(ResendSchedule, HasNothingToDoBeforeSomethingIsSent) {
  ResendSchedule schedule;
  EXPECT_FALSE(schedule.next_deadline());
}

TEST(ResendSchedule, RepeatsOnThePathAfterOneAndAHalfRoundTripsThenBacksOff) {
  ResendSchedule schedule;
  schedule.on_sent(kStart, 100ms);
  ASSERT_EQ(schedule.next_deadline(), kStart + 150ms);
  const auto due = schedule.on_deadline(kStart + 150ms);
  EXPECT_TRUE(due.on_path);
  EXPECT_FALSE(due.through_signaling);
  EXPECT_EQ(schedule.next_deadline(), kStart + 450ms);
}

TEST(ResendSchedule, RepeatsThroughSignalingEachTwoSeconds) {
  ResendSchedule schedule;
  schedule.on_sent(kStart, 1ms);
  int through_signaling = 0;
  for (auto next = schedule.next_deadline(); next && *next <= kStart + 10s; next = schedule.next_deadline()) {
    through_signaling += schedule.on_deadline(*next).through_signaling;
  }
  EXPECT_EQ(through_signaling, 5);
}

TEST(ResendSchedule, GivesThePathUpAfterTenTries) {
  ResendSchedule schedule;
  schedule.on_sent(kStart, 10ms);
  int on_path = 0;
  for (int i = 0; i < 1000; ++i) on_path += schedule.on_deadline(*schedule.next_deadline()).on_path;
  EXPECT_EQ(on_path, 10);
}

TEST(ResendSchedule, StopsWhenEverythingIsAcknowledged) {
  ResendSchedule schedule;
  schedule.on_sent(kStart, 10ms);
  schedule.clear();
  EXPECT_FALSE(schedule.next_deadline());
}

}  // namespace
}  // namespace sotto::engine
