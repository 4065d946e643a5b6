#include "engine/attempt_limiter.hpp"

#include <gtest/gtest.h>

namespace sotto::engine {
namespace {

constexpr AttemptLimiter::Key kBob{1};

TEST(AttemptLimiter, AllowsTenAttemptsAMinute) {
  AttemptLimiter limiter;
  Timestamp now{};
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(limiter.allow(kBob, now += 1s));
  EXPECT_FALSE(limiter.allow(kBob, now += 1s));
  EXPECT_FALSE(limiter.allow(kBob, Timestamp{} + 60s));
  EXPECT_TRUE(limiter.allow(kBob, Timestamp{} + 61s)) << "the first is a minute old";
}

TEST(AttemptLimiter, OneThatIsRefusedDoesNotCount) {
  AttemptLimiter limiter;
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(limiter.allow(kBob, Timestamp{}));
  for (Timestamp now{}; now < Timestamp{} + 60s; now += 1s) EXPECT_FALSE(limiter.allow(kBob, now));
  EXPECT_TRUE(limiter.allow(kBob, Timestamp{} + 60s));
}

TEST(AttemptLimiter, CountsEachCallerByItself) {
  AttemptLimiter limiter;
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(limiter.allow(AttemptLimiter::kStrangers, Timestamp{}));
  EXPECT_FALSE(limiter.allow(AttemptLimiter::kStrangers, Timestamp{}));
  EXPECT_TRUE(limiter.allow(kBob, Timestamp{}));
}

}  // namespace
}  // namespace sotto::engine
