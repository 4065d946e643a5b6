#include "transport/congestion/protection_control.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace sotto::transport {
namespace {

/// What is learned on a path that loses every so-manieth packet.
ProtectionControl on_path_that_loses_each(int64_t interval) {
  ProtectionControl control;
  std::vector<PacketResult> results;
  for (int64_t i = 1; i <= 2000; ++i) {
    PacketResult result;
    if (interval == 0 || i % interval != 0) result.arrival = i * 1ms;
    results.push_back(result);
  }
  control.on_feedback(results);
  return control;
}

TEST(ProtectionControl, LeavesAPathThatLosesNothingAlone) {
  const ProtectionControl control = on_path_that_loses_each(0);
  EXPECT_EQ(control.sums_per_packet(200ms), 0);
  EXPECT_EQ(control.least_sums(10, 200ms), 0);
}

TEST(ProtectionControl, ProtectsMoreWhereMoreIsLost) {
  EXPECT_GT(on_path_that_loses_each(10).sums_per_packet(50ms), on_path_that_loses_each(50).sums_per_packet(50ms));
  EXPECT_GT(on_path_that_loses_each(10).least_sums(10, 200ms), on_path_that_loses_each(50).least_sums(10, 200ms));
}

TEST(ProtectionControl, LeavesToRetransmissionsWhatTheyBringInTime) {
  const ProtectionControl control = on_path_that_loses_each(20);
  EXPECT_EQ(control.sums_per_packet(5ms), 0) << "nobody sees that one was needed";
  EXPECT_EQ(control.least_sums(10, 50ms), 0) << "seldom enough";
}

TEST(ProtectionControl, LeavesNothingToRetransmissionsThatComeTooLate) {
  const ProtectionControl control = on_path_that_loses_each(20);
  EXPECT_GE(control.least_sums(10, 150ms), 5);
  EXPECT_GE(control.least_sums(10, 150ms), control.least_sums(10, 100ms));
  EXPECT_GE(control.least_sums(10, 400ms), control.least_sums(10, 150ms)) << "each stands still for longer";
}

}  // namespace
}  // namespace sotto::transport
