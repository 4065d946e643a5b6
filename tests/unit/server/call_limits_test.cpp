#include "signaling/server/call_limits.hpp"

#include <gtest/gtest.h>

namespace sotto::signaling {
namespace {

constexpr Timestamp kStart(1h);

AccountId account(uint8_t number) {
  AccountId id;
  id.bytes[0] = number;
  return id;
}

Bytes blob(uint8_t kind) {
  Bytes bytes(1148);
  bytes[0] = 1;
  bytes[1] = kind;
  return bytes;
}
const Bytes kInit = blob(1);
const Bytes kResponse = blob(2);
const Bytes kData = blob(3);

class CallLimitsTest : public testing::Test {
 protected:
  SeededRandom random{1};
  CallLimits limits{ServerLimits(), random};
  const AccountId alice = account(1);
  const AccountId bob = account(2);
};

TEST_F(CallLimitsTest, LetFiveStrangersBeCalledInAnHour) {
  for (uint8_t i = 0; i < 5; ++i) EXPECT_FALSE(limits.send(alice, account(10 + i), kInit, kStart));
  const Wait wait = limits.send(alice, account(20), kInit, kStart);
  EXPECT_EQ(wait, 12min);
  EXPECT_FALSE(limits.send(alice, account(20), kInit, kStart + 12min));
}

TEST_F(CallLimitsTest, LetTwentyStrangersBeCalledInADay) {
  int called = 0;
  for (int hour = 0; hour < 12; ++hour) {
    for (uint8_t i = 0; i < 5; ++i) {
      if (!limits.send(alice, account(static_cast<uint8_t>(10 + hour * 5 + i)), kInit, kStart + hour * 1h)) ++called;
    }
  }
  EXPECT_EQ(called, 29) << "20, and one more each 72 minutes";
}

TEST_F(CallLimitsTest, CountAllDevicesAndRetriesAsOneCall) {
  for (int i = 0; i < 24; ++i) EXPECT_FALSE(limits.send(alice, bob, kInit, kStart + i * 1s));
  for (uint8_t i = 0; i < 4; ++i) EXPECT_FALSE(limits.send(alice, account(10 + i), kInit, kStart + 30s));
  EXPECT_TRUE(limits.send(alice, bob, kInit, kStart + 30s)) << "the 25th blob begins another call";
}

TEST_F(CallLimitsTest, KnowWhoHasAnswered) {
  EXPECT_FALSE(limits.send(alice, bob, kInit, kStart));
  EXPECT_FALSE(limits.send(bob, alice, kResponse, kStart));
  for (int i = 1; i <= 100; ++i) EXPECT_FALSE(limits.send(alice, bob, kInit, kStart + i * 1min)) << i;
}

TEST_F(CallLimitsTest, DoNotBelieveTheCallersOwnAnswer) {
  EXPECT_FALSE(limits.send(alice, bob, kResponse, kStart));
  int called = 0;
  for (int i = 0; i < 10; ++i) {
    if (!limits.send(alice, bob, kInit, kStart + i * 61s)) ++called;
  }
  EXPECT_EQ(called, 5);
}

TEST_F(CallLimitsTest, LetTenBeCalledInAMinuteWhoeverTheyAre) {
  for (uint8_t i = 0; i < 11; ++i) EXPECT_FALSE(limits.send(account(10 + i), alice, kResponse, kStart));
  for (uint8_t i = 0; i < 10; ++i) EXPECT_FALSE(limits.send(alice, account(10 + i), kInit, kStart));
  EXPECT_EQ(limits.send(alice, account(20), kInit, kStart), 6s);
}

TEST_F(CallLimitsTest, LookAtCallsAlone) {
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(limits.send(alice, account(static_cast<uint8_t>(i)), kData, kStart));
  EXPECT_FALSE(limits.send(alice, bob, {}, kStart));
}

}  // namespace
}  // namespace sotto::signaling
