#include "tools/contacts/found_contact.hpp"

#include <gmock/gmock.h>

#include <cstdio>

#include "base/crypto/ed25519.hpp"
#include "base/random.hpp"
#include "signaling/identity/contact.hpp"
#include "signaling/identity/device_identity.hpp"

// What becomes of somebody whom the directory has found. None of these asks on a terminal.

namespace sotto::tools {
namespace {

using testing::HasSubstr;
using Standing = FoundAccount::Standing;

class FoundContactTest : public testing::Test {
 protected:
  FoundContactTest() { EXPECT_TRUE(take_over(contacts_, found(Standing::kNew), true, out_).ok()); }
  ~FoundContactTest() override { std::fclose(out_); }

  FoundAccount found(Standing standing) {
    FoundAccount account;
    account.account = bob_.account().bytes;
    account.name = "bob";
    account.bundle = bob_.bundle();
    account.standing = standing;
    return account;
  }
  void replace_root() { ASSERT_TRUE(bob_.replace_root(recovery_, wall_now(), random_).ok()); }
  Result<void> take_over_new_keys() { return take_over(contacts_, found(Standing::kKeyChanged), true, out_); }
  ContactView bob() { return contacts_.find("bob").value(); }

  SeededRandom random_{1};
  const Ed25519KeyPair recovery_ = Ed25519KeyPair::generate(random_);
  signaling::DeviceIdentity bob_ = signaling::DeviceIdentity::create(random_, wall_now(), recovery_.public_key());
  Contacts contacts_{Identity::create()};
  std::FILE* const out_ = std::tmpfile();
};

TEST_F(FoundContactTest, BecomesAContactThatIsNotVerified) {
  EXPECT_TRUE(bob().added);
  EXPECT_FALSE(bob().verified);
}

TEST_F(FoundContactTest, NewKeysOfOneThatWasNeverComparedAreTakenOverAsTheFirstOnesWere) {
  replace_root();
  EXPECT_TRUE(take_over_new_keys().ok());
  EXPECT_FALSE(bob().key_changed);
}

TEST_F(FoundContactTest, NewKeysOfAVerifiedOneNeedMoreThanYes) {
  ASSERT_TRUE(contacts_.set_verified(bob_.account().bytes, true).ok());
  replace_root();
  const Result<void> taken = take_over_new_keys();
  ASSERT_FALSE(taken.ok());
  EXPECT_EQ(taken.error().code, ErrorCode::kRefused);
  EXPECT_THAT(taken.error().message, HasSubstr("in person"));
  EXPECT_THAT(taken.error().message, HasSubstr("sotto contacts verify bob --same"));
  EXPECT_TRUE(bob().verified) << "nothing has changed";
}

TEST_F(FoundContactTest, NewKeysThatACallHasBroughtBeforeNeedMoreThanYesToo) {
  ASSERT_TRUE(contacts_.set_verified(bob_.account().bytes, true).ok());
  replace_root();
  ASSERT_TRUE(contacts_.add("bob", bob_.bundle()).ok());
  ASSERT_FALSE(bob().verified);
  EXPECT_FALSE(take_over_new_keys().ok());
  EXPECT_TRUE(bob().key_changed);
}

TEST_F(FoundContactTest, AnotherPersonNeverTakesAContactsPlace) {
  FoundAccount other = found(Standing::kOtherPerson);
  other.account[0] ^= 1;
  const Result<void> taken = take_over(contacts_, other, true, out_);
  ASSERT_FALSE(taken.ok());
  EXPECT_THAT(taken.error().message, HasSubstr("sotto contacts remove bob"));
}

}  // namespace
}  // namespace sotto::tools
