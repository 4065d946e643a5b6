#include "transport/congestion/delay_groups.hpp"

#include <gtest/gtest.h>

namespace sotto::transport {
namespace {

constexpr Timestamp kStart{1000s};

SentPacket sent_at(Duration time) { return {.sequence = 0, .sent = kStart + time, .size = DataSize::bytes(1000)}; }

TEST(DelayGroups, HoldsWhatLeftWithinFiveMilliseconds) {
  DelayGroups groups;
  EXPECT_FALSE(groups.on_arrival(sent_at(0ms), 50ms));
  EXPECT_FALSE(groups.on_arrival(sent_at(5ms), 60ms));
  const auto group = groups.on_arrival(sent_at(6ms), 61ms);
  ASSERT_TRUE(group);
  EXPECT_EQ(group->sent, kStart);
  EXPECT_EQ(group->arrival, Duration(60ms));
}

TEST(DelayGroups, TakesTheLeastDelayWhicheverPacketHasIt) {
  DelayGroups groups;
  (void)groups.on_arrival(sent_at(0ms), 50ms);
  (void)groups.on_arrival(sent_at(1ms), 45ms);
  (void)groups.on_arrival(sent_at(2ms), 70ms);
  const auto group = groups.on_arrival(sent_at(20ms), 80ms);
  ASSERT_TRUE(group);
  EXPECT_EQ(group->delay, Duration(44ms) - kStart.time_since_epoch());
}

TEST(DelayGroups, LeavesOutWhatIsToldAfterItsGroupWas) {
  DelayGroups groups;
  (void)groups.on_arrival(sent_at(0ms), 50ms);
  (void)groups.on_arrival(sent_at(20ms), 70ms);
  EXPECT_FALSE(groups.on_arrival(sent_at(1ms), 10ms));
  const auto group = groups.on_arrival(sent_at(40ms), 90ms);
  ASSERT_TRUE(group);
  EXPECT_EQ(group->delay, Duration(50ms) - kStart.time_since_epoch());
}

}  // namespace
}  // namespace sotto::transport
