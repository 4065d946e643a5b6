#include "engine/call_rules.hpp"

#include <gtest/gtest.h>

#include <set>
#include <type_traits>
#include <vector>

namespace sotto::engine {
namespace {

using Inputs = std::set<CallInput>;

static_assert(!std::is_default_constructible_v<CallRule<CallerState>>, "a table that is short of a cell compiles");
static_assert(!std::is_default_constructible_v<CallRule<CalleeState>>, "a table that is short of a cell compiles");

constexpr CallerState kCallerStatesInOrder[] = {CallerState::kAwaitResponse, CallerState::kPreparing,
                                                CallerState::kOffered,       CallerState::kRemoteRinging,
                                                CallerState::kActive,        CallerState::kEnded};
constexpr CalleeState kCalleeStatesInOrder[] = {
    CalleeState::kStrangerRinging, CalleeState::kStrangerAccepted, CalleeState::kAwaitOffer, CalleeState::kPreparing,
    CalleeState::kRinging,         CalleeState::kLocalAccepted,    CalleeState::kActive,     CalleeState::kEnded};
static_assert(std::size(kCallerStatesInOrder) == kCallerStates);
static_assert(std::size(kCalleeStatesInOrder) == kCalleeStates);

/// The messages that `rule` takes in `state`.
template <typename State, typename Rule>
Inputs messages(State state, Rule rule) {
  Inputs taken;
  for (size_t i = 0; i < kMessageKinds; ++i) {
    if (rule(state, static_cast<CallInput>(i)).takes()) taken.insert(static_cast<CallInput>(i));
  }
  return taken;
}

const Inputs kCandidatesOnly = {CallInput::kCandidates, CallInput::kEndOfCandidates, CallInput::kAck};

Inputs with(Inputs base, Inputs more) {
  base.merge(more);
  return base;
}

TEST(CallRules, CallerTakesExactlyTheMessagesThatItsStateAllows) {
  EXPECT_EQ(messages(CallerState::kAwaitResponse, caller_rule), Inputs{CallInput::kAck});
  EXPECT_EQ(messages(CallerState::kPreparing, caller_rule), (Inputs{CallInput::kHangup, CallInput::kAck}));
  EXPECT_EQ(messages(CallerState::kOffered, caller_rule),
            with(kCandidatesOnly, {CallInput::kRinging, CallInput::kHangup}));
  EXPECT_EQ(messages(CallerState::kRemoteRinging, caller_rule),
            with(kCandidatesOnly, {CallInput::kAccept, CallInput::kHangup}));
  EXPECT_EQ(messages(CallerState::kActive, caller_rule),
            with(kCandidatesOnly, {CallInput::kMediaReady, CallInput::kMediaState, CallInput::kHangup}));
  EXPECT_EQ(messages(CallerState::kEnded, caller_rule), Inputs{});
}

TEST(CallRules, CalleeTakesExactlyTheMessagesThatItsStateAllows) {
  EXPECT_EQ(messages(CalleeState::kAwaitOffer, callee_rule),
            (Inputs{CallInput::kOffer, CallInput::kHangup, CallInput::kAck}));
  EXPECT_EQ(messages(CalleeState::kPreparing, callee_rule), with(kCandidatesOnly, {CallInput::kHangup}));
  EXPECT_EQ(messages(CalleeState::kRinging, callee_rule),
            with(kCandidatesOnly, {CallInput::kHangup, CallInput::kAnsweredElsewhere}));
  EXPECT_EQ(messages(CalleeState::kLocalAccepted, callee_rule),
            with(kCandidatesOnly,
                 {CallInput::kAccepted, CallInput::kAnsweredElsewhere, CallInput::kMediaReady, CallInput::kHangup}));
  EXPECT_EQ(messages(CalleeState::kActive, callee_rule),
            with(kCandidatesOnly, {CallInput::kMediaReady, CallInput::kMediaState, CallInput::kHangup}));
  EXPECT_EQ(messages(CalleeState::kEnded, callee_rule), Inputs{});
}

TEST(CallRules, CalleeHearsNothingOfAStrangerBeforeAPersonAcceptsAndThenItsOfferAlone) {
  EXPECT_EQ(messages(CalleeState::kStrangerRinging, callee_rule), Inputs{});
  EXPECT_EQ(messages(CalleeState::kStrangerAccepted, callee_rule),
            (Inputs{CallInput::kOffer, CallInput::kHangup, CallInput::kAck}));
}

// The bug of a famous messenger: a message meant for the caller made the callee answer by itself.
TEST(CallRules, NoMessageMakesACalleeAccept) {
  for (const CalleeState state : kCalleeStatesInOrder) {
    EXPECT_FALSE(callee_rule(state, CallInput::kAccept).takes());
    EXPECT_FALSE(callee_rule(state, CallInput::kRinging).takes());
    for (size_t i = 0; i < kMessageKinds; ++i) {
      const auto next = callee_rule(state, static_cast<CallInput>(i)).next();
      EXPECT_NE(next, CalleeState::kLocalAccepted);
      EXPECT_NE(next, CalleeState::kStrangerAccepted);
      // To be told that the accept was the first is no accept.
      if (next == CalleeState::kActive) {
        EXPECT_EQ(state, CalleeState::kLocalAccepted);
      }
    }
  }
}

TEST(CallRules, CallerTakesNoAcceptBeforeItRingsOrASecondOne) {
  for (const CallerState state : kCallerStatesInOrder) {
    EXPECT_EQ(caller_rule(state, CallInput::kAccept).takes(), state == CallerState::kRemoteRinging);
  }
}

TEST(CallRules, NothingHappensToACallThatIsOver) {
  for (size_t i = 0; i < kCallInputs; ++i) {
    EXPECT_FALSE(caller_rule(CallerState::kEnded, static_cast<CallInput>(i)).takes());
    EXPECT_FALSE(callee_rule(CalleeState::kEnded, static_cast<CallInput>(i)).takes());
  }
}

TEST(CallRules, APersonCanEndACallInEachStateAndSoCanTime) {
  for (const CallInput input : {CallInput::kLocalHangUp, CallInput::kTimeout}) {
    for (const CallerState state : kCallerStatesInOrder) {
      if (state == CallerState::kEnded) continue;
      EXPECT_EQ(caller_rule(state, input).next(), CallerState::kEnded);
    }
    for (const CalleeState state : kCalleeStatesInOrder) {
      if (state == CalleeState::kEnded) continue;
      EXPECT_EQ(callee_rule(state, input).next(), CalleeState::kEnded);
    }
  }
}

TEST(CallRules, StatesNeverGoBackButForAnotherInit) {
  for (size_t i = 0; i < kCallInputs; ++i) {
    const auto input = static_cast<CallInput>(i);
    if (input == CallInput::kRedial) continue;
    for (const CallerState state : kCallerStatesInOrder) {
      EXPECT_GE(caller_rule(state, input).next().value_or(state), state);
    }
    for (const CalleeState state : kCalleeStatesInOrder) {
      EXPECT_GE(callee_rule(state, input).next().value_or(state), state);
    }
  }
}

}  // namespace
}  // namespace sotto::engine
