#include "signaling/client/reconnect_schedule.hpp"

#include <gtest/gtest.h>

namespace sotto::signaling {
namespace {

constexpr Timestamp kStart{std::chrono::hours(1)};

class ReconnectScheduleTest : public testing::Test {
 protected:
  std::optional<Duration> after(ServerProblem problem, std::optional<Duration> retry_after = std::nullopt) {
    return schedule_.on_failure({problem, "", retry_after}, now_);
  }
  /// The longest of many first delays with this number of failures before.
  Duration longest_after(int failures) {
    Duration longest{};
    for (int round = 0; round < 2000; ++round) {
      schedule_.on_network_change();
      for (int i = 0; i < failures; ++i) (void)after(ServerProblem::kPort);
      longest = std::max(longest, *after(ServerProblem::kPort));
    }
    return longest;
  }

  SeededRandom random_{3};
  ReconnectSchedule schedule_{random_};
  Timestamp now_ = kStart;
};

TEST_F(ReconnectScheduleTest, TriesAgainWithinHalfASecondAtFirst) {
  const Duration longest = longest_after(0);

  EXPECT_LE(longest, 500ms);
  EXPECT_GT(longest, 480ms) << "the whole range is used";
}

TEST_F(ReconnectScheduleTest, DoublesUpTo30Seconds) {
  EXPECT_NEAR(to_seconds(longest_after(1)), 1, 0.05);
  EXPECT_NEAR(to_seconds(longest_after(4)), 8, 0.4);
  EXPECT_NEAR(to_seconds(longest_after(6)), 30, 1);
  EXPECT_NEAR(to_seconds(longest_after(100)), 30, 1);
}

TEST_F(ReconnectScheduleTest, NeverSpins) {
  for (int i = 0; i < 5000; ++i) {
    schedule_.on_network_change();
    EXPECT_GE(*after(ServerProblem::kLost), 20ms);
  }
}

TEST_F(ReconnectScheduleTest, ForgetsEarlierFailuresAfterALinkThatLasted) {
  for (int i = 0; i < 10; ++i) (void)after(ServerProblem::kRoute);
  schedule_.on_signed_in(now_);
  now_ += 61s;

  EXPECT_LE(*after(ServerProblem::kLost), 500ms);
}

TEST_F(ReconnectScheduleTest, RemembersThemAfterALinkThatBrokeAtOnce) {
  Duration longest{};
  for (int i = 0; i < 200; ++i) {
    schedule_.on_signed_in(now_);
    now_ += 1s;
    longest = std::max(longest, *after(ServerProblem::kLost));
  }

  EXPECT_GT(longest, 20s);
}

TEST_F(ReconnectScheduleTest, WaitsAtLeastAsLongAsAnOverloadedServerAsks) {
  const Duration delay = *after(ServerProblem::kOverloaded, 20s);

  EXPECT_GE(delay, 20s);
  EXPECT_LE(delay, 21s);
}

TEST_F(ReconnectScheduleTest, DoesNotLetAServerSendItAwayForDays) {
  EXPECT_LE(*after(ServerProblem::kOverloaded, 48h), 11min);
}

TEST_F(ReconnectScheduleTest, LooksAgainNowAndThenWhetherARefusalStillHolds) {
  for (const ServerProblem problem : {ServerProblem::kPin, ServerProblem::kCertificate}) {
    EXPECT_NEAR(to_seconds(*after(problem)), 60, 12);
  }
  for (const ServerProblem problem : {ServerProblem::kRefused, ServerProblem::kNotRegistered, ServerProblem::kClock}) {
    EXPECT_NEAR(to_seconds(*after(problem)), 300, 60);
  }
}

TEST_F(ReconnectScheduleTest, NeverComesBackWithADeviceThatWasRemoved) { EXPECT_FALSE(after(ServerProblem::kRevoked)); }

TEST_F(ReconnectScheduleTest, MakesTheLinkForARegistrationAtOnce) {
  EXPECT_EQ(after(ServerProblem::kNone), Duration::zero());
}

}  // namespace
}  // namespace sotto::signaling
