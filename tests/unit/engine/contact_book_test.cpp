#include "engine/contact_book.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "signaling/identity/device_identity.hpp"
#include "tests/unit/engine/people.hpp"

namespace sotto::engine {
namespace {

class ContactBookTest : public ::testing::Test {
 protected:
  AccountId add_bob(std::string_view name = "bob") { return book_.add(name, bob_.bundle(), kToday).value(); }

  signaling::DeviceIdentity bob_ = make_person();
  ContactBook book_{make_keeper()};
};

TEST_F(ContactBookTest, FindsWhoWasAddedAndNobodyElse) {
  const auto added = book_.add("bob", bob_.bundle(), kToday);
  ASSERT_TRUE(added.ok());
  EXPECT_TRUE(book_.find(*added)->added);
  EXPECT_FALSE(book_.find(AccountId{}));
}

TEST_F(ContactBookTest, RefusesWhatIsNoBundle) {
  Bytes broken = bob_.bundle();
  broken[broken.size() / 2] ^= 1;
  EXPECT_FALSE(book_.add("bob", broken, kToday).ok());
  EXPECT_FALSE(book_.add("bob", {}, kToday).ok());
}

// A device that its owner has removed must not come back by an old list.
TEST_F(ContactBookTest, RemembersTheNewestListThatACallHasProven) {
  const auto account = book_.add("bob", bob_.bundle(), kToday);
  ASSERT_TRUE(account.ok());
  signaling::Contact newer = book_.find(*account)->pinned;
  newer.list_version += 1;
  newer.list_hash[0] ^= 1;
  book_.learn(newer);
  EXPECT_FALSE(book_.add("bob", bob_.bundle(), kToday).ok());
  EXPECT_EQ(book_.find(*account)->pinned.list_version, newer.list_version);
}

TEST_F(ContactBookTest, LearnsNothingOlderAndNothingOfStrangers) {
  const auto account = book_.add("bob", bob_.bundle(), kToday);
  ASSERT_TRUE(account.ok());
  const signaling::Contact known = book_.find(*account)->pinned;
  signaling::Contact older = known;
  older.list_version = 0;
  book_.learn(older);
  EXPECT_EQ(book_.find(*account)->pinned.list_version, known.list_version);
  signaling::Contact stranger = known;
  stranger.account.bytes[0] ^= 1;
  book_.learn(stranger);
  EXPECT_FALSE(book_.find(stranger.account.bytes));
}

TEST_F(ContactBookTest, NameOfAContactIsFoundInCapitalsTooAndAnEmptyOneNever) {
  const AccountId account = add_bob();
  EXPECT_EQ(book_.find("bob")->pinned.account.bytes, account);
  EXPECT_TRUE(book_.find("Bob"));
  EXPECT_FALSE(book_.find("bobby"));
  ASSERT_TRUE(book_.add({}, make_person(2).bundle(), kToday).ok());
  EXPECT_FALSE(book_.find(""));
}

TEST_F(ContactBookTest, ContactThatIsAddedAgainKeepsWhatTheUserHasDecided) {
  const AccountId account = add_bob();
  ASSERT_TRUE(book_.update(account, [](auto& known) { known.hide_address = known.verified = true; }).ok());
  EXPECT_EQ(book_.add({}, bob_.bundle(), kToday).value(), account);
  const auto known = book_.find(account);
  EXPECT_EQ(known->name, "bob");
  EXPECT_TRUE(known->hide_address);
  EXPECT_TRUE(known->verified);
}

TEST_F(ContactBookTest, NewRootOfTheSameAccountTakesTheVerifiedMarkAwayAndIsToBeTold) {
  SeededRandom random(3);
  const auto recovery = Ed25519KeyPair::generate(random);
  auto carol = signaling::DeviceIdentity::create(random, kToday, recovery.public_key());
  const AccountId account = book_.add("carol", carol.bundle(), kToday).value();
  ASSERT_TRUE(book_.update(account, [](auto& known) { known.verified = true; }).ok());
  ASSERT_TRUE(carol.replace_root(recovery, kToday, random).ok());
  const auto seen = signaling::verify_bundle(carol.bundle(), kToday, &book_.find(account)->pinned);
  ASSERT_TRUE(seen.ok()) << seen.error().message;
  EXPECT_TRUE(book_.learn(*seen));
  EXPECT_FALSE(book_.find(account)->verified);
  EXPECT_TRUE(book_.find(account)->key_changed);
  EXPECT_TRUE(book_.find(account)->was_verified);
  EXPECT_FALSE(book_.learn(*seen)) << "nothing new";
}

TEST_F(ContactBookTest, NewerKeysOfACallReplaceThePinnedOnes) {
  const AccountId account = add_bob();
  SeededRandom random(4);
  const WallTime later = kToday + std::chrono::days(8);
  ASSERT_TRUE(bob_.renew(later, random));
  const auto seen = signaling::verify_bundle(bob_.bundle(), later).value();
  EXPECT_TRUE(book_.learn(seen));
  EXPECT_EQ(book_.find(account)->pinned.agree_key, seen.agree_key);
}

TEST_F(ContactBookTest, NotesAtMostTwentyRequestsOfStrangersInADay) {
  const auto call = [this](uint64_t seed, WallTime at) {
    const auto stranger = signaling::verify_bundle(make_person(seed).bundle(), kToday).value();
    return book_.note_request(stranger, "somebody", at);
  };
  for (uint64_t i = 0; i < 20; ++i) EXPECT_TRUE(call(100 + i, kToday));
  EXPECT_FALSE(call(200, kToday + std::chrono::hours(23)));
  EXPECT_TRUE(call(201, kToday + std::chrono::hours(25)));
  EXPECT_EQ(book_.accounts().size(), 21u);
}

TEST_F(ContactBookTest, RequestOfABlockedAccountIsNotNoted) {
  const AccountId account = add_bob();
  ASSERT_TRUE(book_.update(account, [](auto& known) { known.added = false, known.blocked = true; }).ok());
  EXPECT_FALSE(book_.note_request(book_.find(account)->pinned, "bob", kToday));
  EXPECT_EQ(book_.find(account)->last_request, WallTime{});
}

TEST_F(ContactBookTest, WhatACallHasTaughtIsStillKnownAfterTheUserChangesSomethingElse) {
  const AccountId account = add_bob();
  signaling::Contact newer = book_.find(account)->pinned;
  newer.list_version += 1;
  EXPECT_TRUE(book_.learn(newer));
  ASSERT_TRUE(book_.update(account, [](auto& known) { known.name = "robert"; }).ok());
  book_.save();
  EXPECT_EQ(book_.find("robert")->pinned.list_version, newer.list_version);
}

TEST_F(ContactBookTest, RemovedAccountIsForgotten) {
  const AccountId account = add_bob();
  EXPECT_TRUE(book_.remove(account).ok());
  EXPECT_FALSE(book_.find(account));
  EXPECT_FALSE(book_.remove(account).ok());
}

}  // namespace
}  // namespace sotto::engine
