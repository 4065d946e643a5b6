#include "transport/congestion/leaky_bucket.hpp"

#include <gtest/gtest.h>

namespace sotto::transport {
namespace {

constexpr Timestamp kStart{1000s};

TEST(LeakyBucket, HoldsItsDepthAndOverflowsByOnePacket) {
  LeakyBucket bucket(DataRate::kbps(800), 10ms);  // 100 bytes a millisecond: 1000 bytes deep
  int poured = 0;
  for (; bucket.has_room(kStart); ++poured) bucket.pour(DataSize::bytes(400), kStart);
  EXPECT_EQ(poured, 3);
  EXPECT_EQ(bucket.room_at(), kStart + 2ms);
}

TEST(LeakyBucket, LeaksAtItsRateAndNeverBelowEmpty) {
  LeakyBucket bucket(DataRate::kbps(800), 10ms);
  bucket.pour(DataSize::bytes(1100), kStart);
  EXPECT_FALSE(bucket.has_room(kStart));
  EXPECT_TRUE(bucket.has_room(kStart + 1ms));
  bucket.pour(DataSize::bytes(1100), kStart + 1h);
  EXPECT_FALSE(bucket.has_room(kStart + 1h));
}

TEST(LeakyBucket, KeepsItsContentWhenTheRateChanges) {
  LeakyBucket bucket(DataRate::kbps(800), 0ms);
  bucket.pour(DataSize::bytes(1000), kStart);
  bucket.set_rate(DataRate::kbps(1600), kStart);
  EXPECT_EQ(bucket.room_at(), kStart + 5ms);
}

}  // namespace
}  // namespace sotto::transport
