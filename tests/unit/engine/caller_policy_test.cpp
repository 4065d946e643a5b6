#include "engine/caller_policy.hpp"

#include <gtest/gtest.h>

namespace sotto::engine {
namespace {

using signaling::KnownAccount;

KnownAccount contact() {
  KnownAccount known;
  known.added = true;
  return known;
}

KnownAccount blocked(KnownAccount known) {
  known.blocked = true;
  return known;
}

TEST(CallerPolicy, ContactIsAnsweredWhateverStrangersMay) {
  const KnownAccount known = contact();
  for (const auto strangers : {StrangerCalls::kContactsOnly, StrangerCalls::kAllowed}) {
    EXPECT_EQ(greeting_for(&known, strangers, Occupation::kFree), Greeting::kAnswer);
    EXPECT_EQ(greeting_for(&known, strangers, Occupation::kBusy), Greeting::kAnswer);
  }
}

TEST(CallerPolicy, StrangerIsNotedAndNothingElseByDefault) {
  EXPECT_EQ(greeting_for(nullptr, StrangerCalls::kContactsOnly, Occupation::kFree), Greeting::kNote);
  const KnownAccount called_before;
  EXPECT_EQ(greeting_for(&called_before, StrangerCalls::kContactsOnly, Occupation::kFree), Greeting::kNote);
}

TEST(CallerPolicy, StrangerRingsWhereTheUserAllowsItButNotIntoACall) {
  EXPECT_EQ(greeting_for(nullptr, StrangerCalls::kAllowed, Occupation::kFree), Greeting::kRing);
  EXPECT_EQ(greeting_for(nullptr, StrangerCalls::kAllowed, Occupation::kBusy), Greeting::kNote);
}

TEST(CallerPolicy, StrangerWhomThePersonHereIsCallingIsAnsweredLikeAContact) {
  for (const auto strangers : {StrangerCalls::kContactsOnly, StrangerCalls::kAllowed}) {
    EXPECT_EQ(greeting_for(nullptr, strangers, Occupation::kDialling), Greeting::kAnswer);
  }
  const KnownAccount known = blocked({});
  EXPECT_EQ(greeting_for(&known, StrangerCalls::kAllowed, Occupation::kDialling), Greeting::kNone);
}

TEST(CallerPolicy, BlockedAccountDoesNothingContactOrNot) {
  for (const KnownAccount& known : {blocked(contact()), blocked({})}) {
    for (const auto strangers : {StrangerCalls::kContactsOnly, StrangerCalls::kAllowed}) {
      EXPECT_EQ(greeting_for(&known, strangers, Occupation::kFree), Greeting::kNone);
    }
  }
}

TEST(CallerPolicy, AddressIsForContactsWhoseUserDidNotHideIt) {
  KnownAccount known = contact();
  EXPECT_FALSE(hides_address_from(&known, false));
  known.hide_address = true;
  EXPECT_TRUE(hides_address_from(&known, false));
  EXPECT_TRUE(hides_address_from(&known, true)) << "what was decided for a contact holds for each call";
}

TEST(CallerPolicy, AddressIsHiddenFromOthersUnlessThisCallMayShowIt) {
  EXPECT_TRUE(hides_address_from(nullptr, false));
  EXPECT_FALSE(hides_address_from(nullptr, true));
  const KnownAccount stranger;
  EXPECT_TRUE(hides_address_from(&stranger, false));
}

}  // namespace
}  // namespace sotto::engine
