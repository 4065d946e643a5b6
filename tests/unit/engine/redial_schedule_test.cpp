#include "engine/redial_schedule.hpp"

#include <gtest/gtest.h>

namespace sotto::engine {
namespace {

constexpr Timestamp kDialed{};

TEST(RedialSchedule, ContactThatIsSilentIsDialledAgainAfterFiveAndFifteenSeconds) {
  RedialSchedule schedule(true, kDialed, RedialSchedule::kDelays);
  EXPECT_EQ(schedule.next_deadline(), kDialed + 5s);
  EXPECT_FALSE(schedule.on_deadline(kDialed + 4s));
  EXPECT_TRUE(schedule.on_deadline(kDialed + 5s));
  EXPECT_EQ(schedule.next_deadline(), kDialed + 15s);
  EXPECT_TRUE(schedule.on_deadline(kDialed + 15s));
  EXPECT_FALSE(schedule.next_deadline());
  EXPECT_FALSE(schedule.on_deadline(kDialed + 40s));
}

// Its silence may be a person who thinks about it, and a second call would be noticed.
TEST(RedialSchedule, StrangerIsDialledAgainOnlyAfterTheLinkWasLost) {
  RedialSchedule schedule(false, kDialed, RedialSchedule::kDelays);
  EXPECT_FALSE(schedule.next_deadline());
  EXPECT_FALSE(schedule.on_deadline(kDialed + 6s));
  schedule.on_link_renewed();
  EXPECT_TRUE(schedule.on_deadline(kDialed + 7s));
  EXPECT_FALSE(schedule.next_deadline()) << "that link has not been lost yet";
}

TEST(RedialSchedule, LateWakeUpDialsOnce) {
  RedialSchedule schedule(true, kDialed, RedialSchedule::kDelays);
  EXPECT_TRUE(schedule.on_deadline(kDialed + 20s));
  EXPECT_FALSE(schedule.next_deadline());
}

}  // namespace
}  // namespace sotto::engine
