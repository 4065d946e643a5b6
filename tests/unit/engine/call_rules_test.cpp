#include "engine/call_rules.hpp"

#include <gtest/gtest.h>

#include <set>

namespace sotto::engine {
namespace {

using Messages = std::set<MessageKind>;

constexpr MessageKind kAllMessages[] = {
    MessageKind::kOffer,
    MessageKind::kRinging,
    MessageKind::kCandidates,
    MessageKind::kEndOfCandidates,
    MessageKind::kAccept,
    MessageKind::kAccepted,
    MessageKind::kAnsweredElsewhere,
    MessageKind::kMediaReady,
    MessageKind::kMediaRemove,
    MessageKind::kIceRestart,
    MessageKind::kHangup,
    MessageKind::kAck,
};
static_assert(std::size(kAllMessages) == kMessageKinds);

template <typename State, typename Takes>
Messages taken(State state, Takes takes) {
  Messages out;
  for (const MessageKind message : kAllMessages) {
    if (takes(state, message)) out.insert(message);
  }
  return out;
}

const Messages kCandidatesOnly = {MessageKind::kCandidates, MessageKind::kEndOfCandidates, MessageKind::kAck};

Messages with(Messages base, Messages more) {
  base.merge(more);
  return base;
}

TEST(CallRules, CallerTakesExactlyWhatItsStateAllows) {
  EXPECT_EQ(taken(CallerState::kAwaitResponse, caller_takes), Messages{MessageKind::kAck});
  EXPECT_EQ(taken(CallerState::kPreparing, caller_takes), (Messages{MessageKind::kHangup, MessageKind::kAck}));
  EXPECT_EQ(taken(CallerState::kOffered, caller_takes),
            with(kCandidatesOnly, {MessageKind::kRinging, MessageKind::kHangup}));
  EXPECT_EQ(taken(CallerState::kRemoteRinging, caller_takes),
            with(kCandidatesOnly, {MessageKind::kAccept, MessageKind::kHangup}));
  EXPECT_EQ(taken(CallerState::kActive, caller_takes),
            with(kCandidatesOnly, {MessageKind::kMediaReady, MessageKind::kHangup}));
  EXPECT_EQ(taken(CallerState::kEnded, caller_takes), Messages{});
}

TEST(CallRules, CalleeTakesExactlyWhatItsStateAllows) {
  EXPECT_EQ(taken(CalleeState::kAwaitOffer, callee_takes),
            (Messages{MessageKind::kOffer, MessageKind::kHangup, MessageKind::kAck}));
  EXPECT_EQ(taken(CalleeState::kPreparing, callee_takes), with(kCandidatesOnly, {MessageKind::kHangup}));
  EXPECT_EQ(taken(CalleeState::kRinging, callee_takes),
            with(kCandidatesOnly, {MessageKind::kHangup, MessageKind::kAnsweredElsewhere}));
  EXPECT_EQ(taken(CalleeState::kLocalAccepted, callee_takes),
            with(kCandidatesOnly, {MessageKind::kAccepted, MessageKind::kAnsweredElsewhere, MessageKind::kMediaReady,
                                   MessageKind::kHangup}));
  EXPECT_EQ(taken(CalleeState::kActive, callee_takes),
            with(kCandidatesOnly, {MessageKind::kMediaReady, MessageKind::kHangup}));
  EXPECT_EQ(taken(CalleeState::kEnded, callee_takes), Messages{});
}

TEST(CallRules, CalleeHearsNothingOfAStrangerBeforeAPersonAcceptsAndThenItsOfferAlone) {
  EXPECT_EQ(taken(CalleeState::kStrangerRinging, callee_takes), Messages{});
  EXPECT_EQ(taken(CalleeState::kStrangerAccepted, callee_takes),
            (Messages{MessageKind::kOffer, MessageKind::kHangup, MessageKind::kAck}));
}

// The bug of a famous messenger: a message meant for the caller made the callee answer by itself.
TEST(CallRules, NoStateOfTheCalleeTakesAnAccept) {
  for (const auto state : {CalleeState::kStrangerRinging, CalleeState::kStrangerAccepted, CalleeState::kAwaitOffer,
                           CalleeState::kPreparing, CalleeState::kRinging, CalleeState::kLocalAccepted,
                           CalleeState::kActive, CalleeState::kEnded}) {
    EXPECT_FALSE(callee_takes(state, MessageKind::kAccept));
    EXPECT_FALSE(callee_takes(state, MessageKind::kRinging));
  }
}

TEST(CallRules, CallerTakesNoAcceptBeforeItRingsOrASecondOne) {
  EXPECT_FALSE(caller_takes(CallerState::kAwaitResponse, MessageKind::kAccept));
  EXPECT_FALSE(caller_takes(CallerState::kPreparing, MessageKind::kAccept));
  EXPECT_FALSE(caller_takes(CallerState::kOffered, MessageKind::kAccept));
  EXPECT_FALSE(caller_takes(CallerState::kActive, MessageKind::kAccept));
}

}  // namespace
}  // namespace sotto::engine
