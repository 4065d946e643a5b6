#include "engine/contact_book.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "signaling/identity/device_identity.hpp"

namespace sotto::engine {
namespace {

class ContactBookTest : public ::testing::Test {
 protected:
  const WallTime now_ = wall_now();
  const signaling::DeviceIdentity bob_ = signaling::DeviceIdentity::create(system_random(), now_);
  ContactBook book_;
};

TEST_F(ContactBookTest, FindsWhoWasAddedAndNobodyElse) {
  const auto added = book_.add(bob_.bundle(), now_);
  ASSERT_TRUE(added.ok());
  EXPECT_TRUE(book_.find(*added));
  EXPECT_FALSE(book_.find(AccountId{}));
}

TEST_F(ContactBookTest, RefusesWhatIsNoBundle) {
  Bytes broken = bob_.bundle();
  broken[broken.size() / 2] ^= 1;
  EXPECT_FALSE(book_.add(broken, now_).ok());
  EXPECT_FALSE(book_.add({}, now_).ok());
}

// A device that its owner has removed must not come back by an old list.
TEST_F(ContactBookTest, RemembersTheNewestListThatACallHasProven) {
  const auto account = book_.add(bob_.bundle(), now_);
  ASSERT_TRUE(account.ok());
  signaling::Contact newer = *book_.find(*account);
  newer.list_version += 1;
  newer.list_hash[0] ^= 1;
  book_.learn(newer);
  EXPECT_FALSE(book_.add(bob_.bundle(), now_).ok());
  EXPECT_EQ(book_.find(*account)->list_version, newer.list_version);
}

TEST_F(ContactBookTest, LearnsNothingOlderAndNothingOfStrangers) {
  const auto account = book_.add(bob_.bundle(), now_);
  ASSERT_TRUE(account.ok());
  const signaling::Contact known = *book_.find(*account);
  signaling::Contact older = known;
  older.list_version = 0;
  book_.learn(older);
  EXPECT_EQ(book_.find(*account)->list_version, known.list_version);
  signaling::Contact stranger = known;
  stranger.account.bytes[0] ^= 1;
  book_.learn(stranger);
  EXPECT_FALSE(book_.find(stranger.account.bytes));
}

}  // namespace
}  // namespace sotto::engine
