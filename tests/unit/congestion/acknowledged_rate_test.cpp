#include "transport/congestion/acknowledged_rate.hpp"

#include <gtest/gtest.h>

namespace sotto::transport {
namespace {

constexpr DataSize kSize = DataSize::bytes(1000);

/// `count` arrivals, one each `interval`.
void arrive(AcknowledgedRate& rate, Duration from, int count, Duration interval) {
  for (int i = 0; i < count; ++i) rate.on_arrival(from + i * interval, kSize);
}

TEST(AcknowledgedRate, IsUnknownBeforeTenPackets) {
  AcknowledgedRate rate;
  arrive(rate, 0s, 9, 10ms);
  EXPECT_EQ(rate.over(1s), std::nullopt);
}

TEST(AcknowledgedRate, CountsWhatCameInTheWindow) {
  AcknowledgedRate rate;
  arrive(rate, 0s, 100, 10ms);
  arrive(rate, 1s, 100, 5ms);
  EXPECT_EQ(rate.over(200ms), DataRate::kbps(1600));
  EXPECT_NEAR(rate.over(1s)->kbps(), 1200, 15);
}

TEST(AcknowledgedRate, LooksFurtherBackWhereLittleComes) {
  AcknowledgedRate rate;
  arrive(rate, 0s, 20, 100ms);
  EXPECT_EQ(rate.over(150ms), DataRate::kbps(80));
}

TEST(AcknowledgedRate, PutsReorderedArrivalsInOrder) {
  AcknowledgedRate rate;
  for (int i = 0; i < 100; ++i) rate.on_arrival((i ^ 1) * 10ms, kSize);
  EXPECT_NEAR(rate.over(500ms)->kbps(), 800, 1);
}

TEST(AcknowledgedRate, StartsAnewWhenTheReceiversClockLeaps) {
  AcknowledgedRate rate;
  arrive(rate, 0s, 100, 10ms);
  arrive(rate, 100h, 5, 10ms);
  EXPECT_EQ(rate.over(1s), std::nullopt);
  arrive(rate, -100h, 20, 10ms);
  EXPECT_EQ(rate.over(1s), DataRate::kbps(800));
}

TEST(AcknowledgedRate, OfPacketsThatAllCameAtOnceIsUnknown) {
  AcknowledgedRate rate;
  arrive(rate, 5s, 2000, 0ms);
  EXPECT_EQ(rate.over(1s), std::nullopt);
}

}  // namespace
}  // namespace sotto::transport
