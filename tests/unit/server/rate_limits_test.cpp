#include "signaling/server/rate_limits.hpp"

#include <gtest/gtest.h>

#include "signaling/server/lru_map.hpp"
#include "signaling/server/token_bucket.hpp"

namespace sotto::signaling {
namespace {

constexpr Timestamp kStart(1h);

AccountId account(uint8_t number) {
  AccountId id;
  id.bytes[0] = number;
  return id;
}

TEST(TokenBucket, GivesTheBurstAndThenOneByOne) {
  const Rate rate{3, 30s};
  TokenBucket bucket;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bucket.take(rate, kStart));
  EXPECT_FALSE(bucket.take(rate, kStart));
  EXPECT_EQ(bucket.wait(rate, kStart), 10s);
  EXPECT_FALSE(bucket.take(rate, kStart + 9s));
  EXPECT_TRUE(bucket.take(rate, kStart + 10s));
  EXPECT_FALSE(bucket.take(rate, kStart + 10s));
}

TEST(TokenBucket, IsNeverFullerThanFull) {
  const Rate rate{2, 1s};
  TokenBucket bucket;
  EXPECT_TRUE(bucket.take(rate, kStart));
  EXPECT_TRUE(bucket.take(rate, kStart + 1h));
  EXPECT_TRUE(bucket.take(rate, kStart + 1h));
  EXPECT_FALSE(bucket.take(rate, kStart + 1h));
}

TEST(TokenBucket, HasWhatItSaidToWaitFor) {
  const Rate rate{7, 1min};
  TokenBucket bucket;
  for (int i = 0; i < 7; ++i) EXPECT_TRUE(bucket.take(rate, kStart));
  Timestamp now = kStart;
  for (int i = 0; i < 100; ++i) {
    const Duration wait = bucket.wait(rate, now);
    EXPECT_GT(wait, 0s);
    now += wait;
    EXPECT_TRUE(bucket.take(rate, now)) << i;
  }
}

TEST(LruMap, MakesRoomOfWhatWasNotTouchedForTheLongest) {
  LruMap<int, int> map(2);
  map.touch(1) = 10;
  map.touch(2) = 20;
  EXPECT_EQ(map.touch(1), 10);
  map.touch(3) = 30;
  EXPECT_EQ(map.size(), 2u);
  EXPECT_TRUE(map.contains(1));
  EXPECT_FALSE(map.contains(2));
}

TEST(RateLimits, AllowThirtyLookUpsAMinute) {
  RateLimits rates{ServerLimits()};
  for (int i = 0; i < 30; ++i) EXPECT_FALSE(rates.look_up(account(1), kStart));
  EXPECT_EQ(rates.look_up(account(1), kStart), 2s);
  EXPECT_FALSE(rates.look_up(account(2), kStart)) << "each account has its own";
  EXPECT_FALSE(rates.look_up(account(1), kStart + 2s));
}

TEST(RateLimits, HoldSignInsOfOneNetworkAgainstThatNetwork) {
  ServerLimits limits;
  limits.sign_ins_per_prefix = {2, 1min};
  RateLimits rates(limits);
  const NetworkPrefix noisy = NetworkPrefix::of_ipv4({192, 0, 2, 1});
  EXPECT_FALSE(rates.sign_in(noisy, kStart));
  EXPECT_FALSE(rates.sign_in(NetworkPrefix::of_ipv4({192, 0, 2, 200}), kStart));
  EXPECT_TRUE(rates.sign_in(noisy, kStart));
  EXPECT_FALSE(rates.sign_in(NetworkPrefix::of_ipv4({192, 0, 3, 1}), kStart));
}

TEST(RateLimits, HoldTheSignInsOfAllNetworksTogether) {
  ServerLimits limits;
  limits.sign_ins = {5, 1min};
  RateLimits rates(limits);
  for (uint8_t i = 0; i < 5; ++i) EXPECT_FALSE(rates.sign_in(NetworkPrefix::of_ipv4({10, 0, i, 1}), kStart));
  EXPECT_TRUE(rates.sign_in(NetworkPrefix::of_ipv4({10, 0, 5, 1}), kStart));
}

TEST(RateLimits, CountEveryBlobEvenAnEmptyOne) {
  RateLimits rates{ServerLimits()};
  int sent = 0;
  while (!rates.send(account(1), 0, kStart)) ++sent;
  EXPECT_EQ(sent, 2048);
}

TEST(NetworkPrefix, IsASlash24OfIpv4AndASlash56OfIpv6) {
  EXPECT_EQ(NetworkPrefix::of_ipv4({192, 0, 2, 1}), NetworkPrefix::of_ipv4({192, 0, 2, 254}));
  EXPECT_NE(NetworkPrefix::of_ipv4({192, 0, 2, 1}), NetworkPrefix::of_ipv4({192, 0, 3, 1}));
  std::array<uint8_t, 16> one{0x20, 0x01, 0x0d, 0xb8, 1, 2, 3, 4, 5};
  std::array<uint8_t, 16> other = one;
  other[7] = 99;
  EXPECT_EQ(NetworkPrefix::of_ipv6(one), NetworkPrefix::of_ipv6(other));
  other[6] = 99;
  EXPECT_NE(NetworkPrefix::of_ipv6(one), NetworkPrefix::of_ipv6(other));
}

TEST(NetworkPrefix, SeesTheIpv4AddressInAMappedOne) {
  EXPECT_EQ(NetworkPrefix::of_ipv6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 9}),
            NetworkPrefix::of_ipv4({192, 0, 2, 1}));
}

}  // namespace
}  // namespace sotto::signaling
