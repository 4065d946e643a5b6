#include "signaling/identity/name.hpp"

#include <gtest/gtest.h>

#include "signaling/identity/verify.hpp"

namespace sotto::signaling {
namespace {

const WallTime kNow{std::chrono::days(20000)};

TEST(Name, IsThreeToThirtyTwoPlainCharactersAndBeginsWithALetter) {
  for (const char* name : {"bob", "a.b", "anna-maria_2", "abcdefghijklmnopqrstuvwxyz.12345"}) {
    EXPECT_TRUE(valid_name(name)) << name;
  }
  for (const char* name : {"", "ab", "1abc", ".abc", "Bob", "bo b",
                           "b\xc3\xb6"
                           "b",
                           "bob\n", "abcdefghijklmnopqrstuvwxyz.123456"}) {
    EXPECT_FALSE(valid_name(name)) << name;
  }
  EXPECT_FALSE(valid_name(std::string_view("bob\0x", 5)));
}

TEST(Name, IsTypedInCapitalsToo) {
  EXPECT_EQ(normal_name("Bob"), "bob");
  EXPECT_EQ(normal_name("B!b"), std::nullopt);
}

class NameClaim : public testing::Test {
 protected:
  DeviceIdentity alice = DeviceIdentity::create(system_random(), kNow);
  DeviceIdentity mallory = DeviceIdentity::create(system_random(), kNow);
};

TEST_F(NameClaim, IsTakenFromTheAccountsRoot) {
  const auto name = verify_name_claim(make_name_claim(alice, "alice"), alice.account(), alice.root_key());
  ASSERT_TRUE(name.ok());
  EXPECT_EQ(*name, "alice");
}

TEST_F(NameClaim, IsRefusedFromAnotherRootOrForAnotherAccount) {
  const SignedRecord claim = make_name_claim(mallory, "alice");
  EXPECT_EQ(verify_name_claim(claim, alice.account(), alice.root_key()).error().code, ErrorCode::kRefused);
  EXPECT_EQ(verify_name_claim(claim, mallory.account(), alice.root_key()).error().code, ErrorCode::kRefused);
}

TEST_F(NameClaim, IsRefusedWhenAByteChanged) {
  const SignedRecord claim = make_name_claim(alice, "alice");
  for (size_t i = 0; i < claim.body.size(); ++i) {
    SignedRecord changed = claim;
    changed.body[i] ^= 1;
    EXPECT_FALSE(verify_name_claim(changed, alice.account(), alice.root_key()).ok()) << i;
  }
}

}  // namespace
}  // namespace sotto::signaling
