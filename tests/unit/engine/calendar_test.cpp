#include "engine/calendar.hpp"

#include <gtest/gtest.h>

namespace sotto::engine {
namespace {

constexpr WallTime kHere{std::chrono::milliseconds(1'700'000'000'000)};

TEST(Calendar, FollowsTheServerWithinADay) {
  Calendar calendar([] { return kHere; });
  EXPECT_EQ(calendar.now(), kHere);
  EXPECT_TRUE(calendar.correct(std::chrono::hours(-23)));
  EXPECT_EQ(calendar.now(), kHere - std::chrono::hours(23));
}

TEST(Calendar, BelievesNoServerThatIsFurtherOff) {
  Calendar calendar([] { return kHere; });
  EXPECT_FALSE(calendar.correct(std::chrono::hours(25)));
  EXPECT_EQ(calendar.now(), kHere);
  EXPECT_TRUE(calendar.correct(std::chrono::hours(1)));
  EXPECT_TRUE(calendar.correct(std::chrono::hours(-25))) << "back to this machine's own";
  EXPECT_EQ(calendar.now(), kHere);
}

TEST(Calendar, DifferenceOfLessThanASecondIsNone) {
  Calendar calendar([] { return kHere; });
  EXPECT_FALSE(calendar.correct(800ms));
  EXPECT_FALSE(calendar.correct(900ms));
}

}  // namespace
}  // namespace sotto::engine
