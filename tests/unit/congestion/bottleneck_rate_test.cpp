#include "transport/congestion/bottleneck_rate.hpp"

#include <gtest/gtest.h>

namespace sotto::transport {
namespace {

constexpr DataSize kPacket = DataSize::bytes(1250);
constexpr Duration kService = 10ms;  // at 1 Mbit/s
constexpr DataSize kSmall = DataSize::bytes(250);
constexpr Duration kNoise = 8ms;

TEST(BottleneckRate, IsHowFastPacketsComeThatWaited) {
  BottleneckRate bottleneck(kNoise);
  for (int i = 0; i < 10; ++i) bottleneck.on_arrival(i * kService, 50ms, kPacket);
  EXPECT_EQ(bottleneck.rate(), DataRate::kbps(1000));
}

TEST(BottleneckRate, IsNotLoweredByAPauseInWhichTheQueueRanEmpty) {
  BottleneckRate bottleneck(kNoise);
  for (int i = 0; i < 5; ++i) bottleneck.on_arrival(i * kService, i * kService, kPacket);
  // The first of the next picture meets no queue, the others do.
  for (int i = 0; i < 5; ++i) bottleneck.on_arrival(200ms + i * kService, i * kService, kPacket);
  EXPECT_EQ(bottleneck.rate(), DataRate::kbps(1000));
}

TEST(BottleneckRate, CountsSmallPacketsBetweenLargeOnes) {
  BottleneckRate bottleneck(kNoise);
  Duration now{};
  for (int i = 0; i < 10; ++i) {
    bottleneck.on_arrival(now += kService, 30ms, kPacket);
    bottleneck.on_arrival(now += kService / 5, 12ms, kSmall);
  }
  EXPECT_EQ(bottleneck.rate(), DataRate::kbps(1000));
}

TEST(BottleneckRate, IsUnknownWhereNothingWaits) {
  BottleneckRate bottleneck(kNoise);
  for (int i = 0; i < 20; ++i) bottleneck.on_arrival(i * kService, 5ms, kPacket);
  EXPECT_FALSE(bottleneck.rate());
}

TEST(BottleneckRate, IsUnknownAfterAFewPacketsOrAMoment) {
  BottleneckRate few(kNoise);
  for (int i = 0; i < 4; ++i) few.on_arrival(i * kService, 50ms, kPacket);
  EXPECT_FALSE(few.rate());
  BottleneckRate moment(kNoise);
  for (int i = 0; i < 20; ++i) moment.on_arrival(i * 1ms, 50ms, kPacket);
  EXPECT_FALSE(moment.rate());
}

TEST(BottleneckRate, LeavesOutTheTimeOfPacketsThatNobodyToldOf) {
  BottleneckRate bottleneck(kNoise);
  for (int i = 0; i < 5; ++i) bottleneck.on_arrival(i * kService, 150ms, kPacket);
  bottleneck.on_gap();
  for (int i = 10; i < 15; ++i) bottleneck.on_arrival(i * kService, 150ms, kPacket);
  EXPECT_EQ(bottleneck.rate(), DataRate::kbps(1000));
}

TEST(BottleneckRate, TakesPacketsThatWereOvertaken) {
  BottleneckRate bottleneck(kNoise);
  for (int i = 0; i < 10; ++i) bottleneck.on_arrival((i ^ 1) * kService, 50ms, kPacket);
  EXPECT_NEAR(bottleneck.rate().value().kbps(), 1000, 150);
}

}  // namespace
}  // namespace sotto::transport
