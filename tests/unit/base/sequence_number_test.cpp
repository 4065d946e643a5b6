#include "base/sequence_number.hpp"

#include <gtest/gtest.h>

namespace sotto {
namespace {

TEST(SequenceNumber, OrdersAcrossTheWrap) {
  EXPECT_TRUE(SequenceNumber(0).is_newer_than(SequenceNumber(65535)));
  EXPECT_FALSE(SequenceNumber(65535).is_newer_than(SequenceNumber(0)));
  EXPECT_EQ(SequenceNumber(65530).distance_to(SequenceNumber(4)), 10);
  EXPECT_EQ(SequenceNumber(4).distance_to(SequenceNumber(65530)), -10);
  EXPECT_EQ((SequenceNumber(65535) + 2).value(), 1);
  EXPECT_EQ((SequenceNumber(1) - 2).value(), 65535);
}

TEST(SequenceNumber, IsNotNewerThanItself) { EXPECT_FALSE(SequenceNumber(9).is_newer_than(SequenceNumber(9))); }

TEST(SequenceUnwrapper, OnlyGrowsOverManyWraps) {
  SequenceUnwrapper unwrapper;
  const int64_t first = unwrapper.unwrap(SequenceNumber(65000));
  int64_t expected = first;
  for (int i = 1; i < 300'000; ++i) {
    ASSERT_EQ(unwrapper.unwrap(SequenceNumber(static_cast<uint16_t>(65000 + i))), ++expected);
  }
}

TEST(SequenceUnwrapper, TakesALateOneAsOlder) {
  SequenceUnwrapper unwrapper;
  EXPECT_EQ(unwrapper.unwrap(SequenceNumber(65535)), 65535);
  EXPECT_EQ(unwrapper.unwrap(SequenceNumber(1)), 65537);
  EXPECT_EQ(unwrapper.unwrap(SequenceNumber(65534)), 65534);
  EXPECT_EQ(unwrapper.unwrap(SequenceNumber(2)), 65538) << "the late one did not move the highest";
}

TEST(SequenceUnwrapper, PeekingRemembersNothing) {
  SequenceUnwrapper unwrapper;
  unwrapper.unwrap(SequenceNumber(10));
  EXPECT_EQ(unwrapper.peek(SequenceNumber(30000)), 30000);
  EXPECT_EQ(unwrapper.unwrap(SequenceNumber(60000)), 60000 - 65536);
}

TEST(RtpTimestampUnwrapper, FollowsForwardAndBackAcrossTheWrap) {
  RtpTimestampUnwrapper unwrapper;
  EXPECT_EQ(unwrapper.unwrap(0xfffffff0), 0xfffffff0);
  EXPECT_EQ(unwrapper.unwrap(0x10), 0x100000010);
  EXPECT_EQ(unwrapper.unwrap(0xfffffff8), 0xfffffff8);
}

}  // namespace
}  // namespace sotto
