#include "signaling/handshake/init_replay_guard.hpp"

#include <gtest/gtest.h>

namespace sotto::signaling {
namespace {

constexpr WallTime kStart{std::chrono::milliseconds(1'700'000'000'000)};
constexpr std::chrono::seconds kSecond{1};

InitReplayGuard::EphemeralKey key(uint32_t number) {
  InitReplayGuard::EphemeralKey bytes{};
  for (size_t i = 0; i < 4; ++i) bytes[i] = static_cast<uint8_t>(number >> (8 * i));
  return bytes;
}

TEST(InitReplayGuard, LetsANewOneIn) {
  const InitReplayGuard guard(kStart);
  EXPECT_TRUE(guard.check(key(1), kStart, kStart).ok());
}

TEST(InitReplayGuard, RemembersOnlyWhatItIsTold) {
  InitReplayGuard guard(kStart);
  EXPECT_TRUE(guard.check(key(1), kStart, kStart).ok());
  EXPECT_TRUE(guard.check(key(1), kStart, kStart).ok());
  guard.remember(key(1), kStart);
  EXPECT_EQ(guard.check(key(1), kStart, kStart).error().code, ErrorCode::kRefused);
  EXPECT_TRUE(guard.check(key(2), kStart, kStart).ok());
}

TEST(InitReplayGuard, TakesTwoMinutesOfAgeAndOfClockDifference) {
  const InitReplayGuard guard(kStart - std::chrono::hours(1));
  EXPECT_TRUE(guard.check(key(1), kStart - 120 * kSecond, kStart).ok());
  EXPECT_TRUE(guard.check(key(1), kStart + 120 * kSecond, kStart).ok());
  constexpr std::chrono::milliseconds kJustMore{120'001};
  EXPECT_EQ(guard.check(key(1), kStart - kJustMore, kStart).error().code, ErrorCode::kExpired);
  EXPECT_EQ(guard.check(key(1), kStart + kJustMore, kStart).error().code, ErrorCode::kExpired);
}

TEST(InitReplayGuard, RefusesWhatIsOlderThanTheProcess) {
  const InitReplayGuard guard(kStart);
  EXPECT_EQ(guard.check(key(1), kStart - std::chrono::milliseconds(1), kStart).error().code, ErrorCode::kExpired);
}

TEST(InitReplayGuard, StillRemembersWhenTheDateBecomesTooOld) {
  InitReplayGuard guard(kStart);
  guard.remember(key(1), kStart);
  // Dated as far ahead as allowed, it stays acceptable by date for four minutes.
  for (WallTime now = kStart; now <= kStart + 240 * kSecond; now += kSecond) {
    guard.remember(key(static_cast<uint32_t>(now.time_since_epoch().count() / 1000)), now);
    EXPECT_FALSE(guard.check(key(1), kStart + 120 * kSecond, now).ok());
  }
}

TEST(InitReplayGuard, ForgetsTheOldestOfMoreThan4096) {
  InitReplayGuard guard(kStart);
  for (uint32_t i = 0; i < 4096; ++i) guard.remember(key(i), kStart);
  EXPECT_FALSE(guard.check(key(0), kStart, kStart).ok());
  guard.remember(key(4096), kStart);
  EXPECT_TRUE(guard.check(key(0), kStart, kStart).ok());
  EXPECT_FALSE(guard.check(key(1), kStart, kStart).ok());
}

}  // namespace
}  // namespace sotto::signaling
