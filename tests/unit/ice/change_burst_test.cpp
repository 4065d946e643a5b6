#include "transport/ice/change_burst.hpp"

#include <gtest/gtest.h>

namespace sotto::transport {
namespace {

constexpr Timestamp kStart{1h};

TEST(ChangeBurst, IsToldOnceWhenItIsOver) {
  ChangeBurst burst;
  EXPECT_FALSE(burst.next_deadline());
  burst.on_change(kStart);
  burst.on_change(kStart + 100ms);
  EXPECT_EQ(burst.next_deadline(), kStart + 350ms);
  EXPECT_FALSE(burst.take(kStart + 349ms));
  EXPECT_TRUE(burst.take(kStart + 350ms));
  EXPECT_FALSE(burst.take(kStart + 1s));
  EXPECT_FALSE(burst.next_deadline());
}

TEST(ChangeBurst, IsToldAfterTwoSecondsEvenIfItGoesOn) {
  ChangeBurst burst;
  int told = 0;
  for (Timestamp now = kStart; now <= kStart + 10s; now += 100ms) {
    burst.on_change(now);
    told += burst.take(now);
  }
  EXPECT_EQ(told, 4);
}

}  // namespace
}  // namespace sotto::transport
