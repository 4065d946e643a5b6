#include <sotto/contacts.hpp>

#include <gtest/gtest.h>

#include "engine/contact_book.hpp"

namespace sotto {
namespace {

class ContactsTest : public ::testing::Test {
 protected:
  AccountId add_bob() { return contacts_.add("bob", bob_.bundle()).value(); }

  const Identity self_ = Identity::create();
  const Identity bob_ = Identity::create();
  Contacts contacts_{self_};
};

TEST_F(ContactsTest, ShowsWhomTheUserHasAdded) {
  const AccountId account = add_bob();
  EXPECT_EQ(account, bob_.account());
  const auto list = contacts_.list();
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].name, "bob");
  EXPECT_TRUE(list[0].added);
  EXPECT_FALSE(list[0].verified);
  EXPECT_TRUE(contacts_.requests().empty());
}

TEST_F(ContactsTest, NameThatNoDirectoryCouldHaveIsRefused) {
  for (const std::string_view name : {"bo", "bob smith", "1bob", "b\u00f6b"}) {
    const auto added = contacts_.add(name, bob_.bundle());
    ASSERT_FALSE(added.ok()) << name;
    EXPECT_EQ(added.error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_TRUE(contacts_.list().empty());
}

TEST_F(ContactsTest, CopiesShareWhatIsKnown) {
  const Contacts copy = contacts_;
  add_bob();
  EXPECT_TRUE(copy.find("bob"));
}

TEST_F(ContactsTest, BothEndsShowTheSameSafetyNumber) {
  add_bob();
  Contacts bobs(bob_);
  ASSERT_TRUE(bobs.add("alice", self_.bundle()).ok());
  const auto here = contacts_.safety_number(bob_.account());
  const auto there = bobs.safety_number(self_.account());
  ASSERT_TRUE(here.ok() && there.ok());
  EXPECT_EQ(*here, *there);
  EXPECT_FALSE(contacts_.safety_number(AccountId{}).ok());
}

TEST_F(ContactsTest, BlockedContactIsListedAndCanComeBack) {
  const AccountId account = add_bob();
  ASSERT_TRUE(contacts_.block(account).ok());
  EXPECT_TRUE(contacts_.find("bob")->blocked);
  ASSERT_TRUE(contacts_.unblock(account).ok());
  EXPECT_FALSE(contacts_.find("bob")->blocked);
  EXPECT_TRUE(contacts_.find("bob")->added);
}

TEST_F(ContactsTest, ComparedNumberSettlesAKeyChange) {
  const AccountId account = add_bob();
  const auto& book = engine::ContactsAccess::book(contacts_);
  ASSERT_TRUE(book->update(account, [](auto& known) { known.key_changed = known.was_verified = true; }).ok());
  ASSERT_TRUE(contacts_.set_verified(account, false).ok());
  EXPECT_TRUE(contacts_.find(account)->key_changed);
  EXPECT_TRUE(contacts_.find(account)->was_verified);
  ASSERT_TRUE(contacts_.set_verified(account, true).ok());
  EXPECT_FALSE(contacts_.find(account)->key_changed);
  EXPECT_FALSE(contacts_.find(account)->was_verified);
  EXPECT_TRUE(contacts_.find(account)->verified);
}

TEST_F(ContactsTest, StrangerWhoCalledIsARequestUntilItIsAdded) {
  const auto caller = signaling::verify_bundle(bob_.bundle(), wall_now()).value();
  ASSERT_TRUE(engine::ContactsAccess::book(contacts_)->note_request(caller, "bobby", wall_now()));
  ASSERT_EQ(contacts_.requests().size(), 1u);
  EXPECT_EQ(contacts_.requests()[0].name_hint, "bobby");
  EXPECT_TRUE(contacts_.list().empty());
  ASSERT_TRUE(contacts_.add_stranger(bob_.account(), "bob").ok());
  EXPECT_TRUE(contacts_.requests().empty());
  EXPECT_TRUE(contacts_.find("bob")->added);
}

TEST_F(ContactsTest, WhoIsNotKnownCannotBeChanged) {
  EXPECT_FALSE(contacts_.block(bob_.account()).ok());
  EXPECT_FALSE(contacts_.remove(bob_.account()).ok());
  EXPECT_FALSE(contacts_.find(bob_.account()));
}

TEST_F(ContactsTest, FileNeedsAnIdentityFromAFile) {
  EXPECT_FALSE(Contacts::open("/nonexistent/contacts", self_).ok());
}

}  // namespace
}  // namespace sotto
