#include "engine/call_endings.hpp"

#include <gtest/gtest.h>

namespace sotto::engine {
namespace {

using signaling::HangupReason;

/// What the other side sees when this one ends for `reason`.
EndReason seen_by_peer(EndReason reason, bool caller, bool accepted) {
  return end_reason_of(hangup_reason_of(reason, caller, accepted), !caller, accepted);
}

constexpr bool kCaller = true;
constexpr bool kCallee = false;

TEST(CallEndings, HangingUpACallInProgressReadsAsThatOnTheOtherSide) {
  EXPECT_EQ(seen_by_peer(EndReason::kHungUp, kCaller, true), EndReason::kPeerHungUp);
  EXPECT_EQ(seen_by_peer(EndReason::kHungUp, kCallee, true), EndReason::kPeerHungUp);
}

TEST(CallEndings, CallerThatGivesUpCancels) {
  EXPECT_EQ(seen_by_peer(EndReason::kHungUp, kCaller, false), EndReason::kCancelled);
  EXPECT_EQ(seen_by_peer(EndReason::kNoAnswer, kCaller, false), EndReason::kCancelled);
  EXPECT_EQ(seen_by_peer(EndReason::kEngineClosed, kCaller, false), EndReason::kCancelled);
}

TEST(CallEndings, CalleeThatEndsARingingCallByHandDeclines) {
  EXPECT_EQ(seen_by_peer(EndReason::kHungUp, kCallee, false), EndReason::kDeclined);
  EXPECT_EQ(seen_by_peer(EndReason::kDeclined, kCallee, false), EndReason::kDeclined);
}

// Whichever side's timer is first: nobody answered.
TEST(CallEndings, CalleeThatLetItRingOutReadsAsNoAnswer) {
  EXPECT_EQ(seen_by_peer(EndReason::kNoAnswer, kCallee, false), EndReason::kNoAnswer);
}

TEST(CallEndings, ReasonsThatBothShareAreTheSameOnBothSides) {
  for (const auto reason : {EndReason::kBusy, EndReason::kIncompatible, EndReason::kPathFailed}) {
    EXPECT_EQ(seen_by_peer(reason, kCallee, false), reason);
    EXPECT_EQ(seen_by_peer(reason, kCaller, true), reason);
  }
}

}  // namespace
}  // namespace sotto::engine
