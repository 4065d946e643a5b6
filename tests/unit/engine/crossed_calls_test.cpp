#include "engine/crossed_calls.hpp"

#include <gtest/gtest.h>

#include <type_traits>

namespace sotto::engine {
namespace {

using signaling::CallId;

CallId id(uint8_t first, uint8_t last = 0) {
  CallId made;
  made.bytes.front() = first;
  made.bytes.back() = last;
  return made;
}

constexpr bool kAnswered = true;
constexpr bool kUnanswered = false;

TEST(CrossedCalls, OfTwoThatWereAnsweredTheOneWithTheLargerIdGoesOn) {
  EXPECT_TRUE(own_call_goes_on(id(2), id(1), kAnswered));
  EXPECT_FALSE(own_call_goes_on(id(1), id(2), kAnswered));
}

TEST(CrossedCalls, IdsAreComparedAsUnsignedBytesFirstOnesFirst) {
  EXPECT_TRUE(own_call_goes_on(id(0x80), id(0x7f, 0xff), kAnswered));
  EXPECT_TRUE(own_call_goes_on(id(1, 2), id(1, 1), kAnswered));
}

TEST(CrossedCalls, OneThatWasNotAnsweredMakesWayForOneThatIsHere) {
  EXPECT_FALSE(own_call_goes_on(id(2), id(1), kUnanswered));
  EXPECT_FALSE(own_call_goes_on(id(1), id(2), kUnanswered));
}

TEST(CrossedCalls, ACopiedIdWinsNothing) {
  EXPECT_TRUE(own_call_goes_on(id(1), id(1), kUnanswered));
  EXPECT_TRUE(own_call_goes_on(id(1), id(1), kAnswered));
}

// A dial becomes an accept only together with the proof of whose call it is.
static_assert(!std::is_constructible_v<AcceptConsent, DialConsent>);
static_assert(std::is_constructible_v<AcceptConsent, DialConsent, CrossedCall>);
static_assert(!std::is_default_constructible_v<CrossedCall>);

}  // namespace
}  // namespace sotto::engine
