#include "signaling/identity/device_identity.hpp"

#include <gtest/gtest.h>

#include "signaling/identity/contact.hpp"
#include "signaling/protocol/device_identity.pb.h"
#include "signaling/protocol/wire.hpp"

namespace sotto::signaling {
namespace {

constexpr WallTime kNow{std::chrono::milliseconds(1'700'000'000'000)};
constexpr std::chrono::days kDay{1};

class DeviceIdentityTest : public testing::Test {
 protected:
  Contact seen(WallTime now) const { return verify_bundle(identity_.bundle(), now).value(); }

  SeededRandom random_{1};
  Ed25519KeyPair recovery_ = Ed25519KeyPair::generate(random_);
  DeviceIdentity identity_ = DeviceIdentity::create(random_, kNow, recovery_.public_key());
};

TEST_F(DeviceIdentityTest, ShowsOthersWhatItIs) {
  const Contact contact = seen(kNow);
  EXPECT_EQ(contact.account, identity_.account());
  EXPECT_EQ(contact.device, identity_.device());
  EXPECT_EQ(contact.root, identity_.root_key());
  EXPECT_EQ(contact.agree_key, identity_.agree_key().keys.public_key());
  EXPECT_EQ(contact.list_version, 1u);
  EXPECT_EQ(contact.suites, std::vector<uint16_t>{1});
}

TEST_F(DeviceIdentityTest, IsAnotherOneEachTime) {
  const DeviceIdentity other = DeviceIdentity::create(random_, kNow);
  EXPECT_NE(other.account(), identity_.account());
  EXPECT_NE(other.device(), identity_.device());
}

TEST_F(DeviceIdentityTest, ChangesNothingBeforeItIsDue) {
  const Bytes before = identity_.bundle();
  EXPECT_FALSE(identity_.renew(kNow + 7 * kDay - std::chrono::milliseconds(1), random_));
  EXPECT_EQ(identity_.bundle(), before);
}

TEST_F(DeviceIdentityTest, MakesANewAgreeKeyEachWeekAndKeepsTheOldOneForAnother) {
  const X25519PublicKey first = identity_.agree_key().keys.public_key();
  EXPECT_TRUE(identity_.renew(kNow + 7 * kDay, random_));
  EXPECT_EQ(identity_.agree_keys().size(), 2u);
  EXPECT_EQ(identity_.agree_keys().front().keys.public_key(), first);
  const Contact contact = seen(kNow + 7 * kDay);
  EXPECT_EQ(contact.agree_key_epoch, 2u);
  EXPECT_NE(contact.agree_key, first);
}

TEST_F(DeviceIdentityTest, DropsAnAgreeKeyAfterTwoWeeks) {
  EXPECT_TRUE(identity_.renew(kNow + 7 * kDay, random_));
  EXPECT_TRUE(identity_.renew(kNow + 14 * kDay, random_));
  ASSERT_EQ(identity_.agree_keys().size(), 2u);
  EXPECT_EQ(identity_.agree_keys().front().epoch, 2u);
  EXPECT_EQ(seen(kNow + 14 * kDay).agree_key_epoch, 3u);
}

TEST_F(DeviceIdentityTest, IsInOrderAgainAfterALongAbsence) {
  EXPECT_FALSE(verify_bundle(identity_.bundle(), kNow + 400 * kDay).ok());
  EXPECT_TRUE(identity_.renew(kNow + 400 * kDay, random_));
  EXPECT_EQ(identity_.agree_keys().size(), 1u);
  EXPECT_EQ(seen(kNow + 400 * kDay).list_version, 2u);
}

TEST_F(DeviceIdentityTest, IsInOrderAgainOnceAClockThatWasYearsAheadIsPutRight) {
  const Contact known = seen(kNow);
  ASSERT_TRUE(identity_.renew(kNow + 4000 * kDay, random_));
  ASSERT_FALSE(verify_bundle(identity_.bundle(), kNow).ok());
  EXPECT_TRUE(identity_.renewal_due(kNow));
  EXPECT_TRUE(identity_.renew(kNow, random_));
  const auto contact = verify_bundle(identity_.bundle(), kNow, &known);
  ASSERT_TRUE(contact.ok()) << contact.error().message;
  EXPECT_EQ(contact->agree_key_epoch, 3u) << "a number is not used for two keys";
  EXPECT_TRUE(DeviceIdentity::parse(identity_.serialize().view()).ok());
  EXPECT_FALSE(identity_.renewal_due(kNow));
}

TEST_F(DeviceIdentityTest, ReplacesAnAgreeKeyThatIsDaysAheadAndKeepsTheOneInUse) {
  const X25519PublicKey first = identity_.agree_key().keys.public_key();
  ASSERT_TRUE(identity_.renew(kNow + 8 * kDay, random_));
  EXPECT_TRUE(identity_.renewal_due(kNow));
  EXPECT_TRUE(identity_.renew(kNow, random_));
  ASSERT_EQ(identity_.agree_keys().size(), 2u);
  EXPECT_EQ(identity_.agree_keys().front().keys.public_key(), first);
  EXPECT_EQ(seen(kNow).agree_key_epoch, 3u);
  EXPECT_EQ(seen(kNow).list_version, 1u);
  EXPECT_TRUE(DeviceIdentity::parse(identity_.serialize().view()).ok());
}

TEST_F(DeviceIdentityTest, ChangesNothingForAClockThatIsBehindByADayOrWasNeverSet) {
  const Bytes before = identity_.bundle();
  for (const WallTime now : {kNow - kDay, WallTime(3 * kDay)}) {
    EXPECT_FALSE(identity_.renewal_due(now));
    EXPECT_FALSE(identity_.renew(now, random_));
  }
  EXPECT_EQ(identity_.bundle(), before);
}

TEST_F(DeviceIdentityTest, IsNotReadIfTheLastAgreeKeysNumberIsNotThatOfItsRecord) {
  const SecretBytes serialized = identity_.serialize();
  wire::DeviceIdentity message;
  ASSERT_TRUE(parse_wire(serialized.view(), serialized.size(), message));
  for (const uint32_t number : {0u, 2u, UINT32_MAX}) {
    message.set_last_epoch(number);
    const auto read = DeviceIdentity::parse(serialize_wire(message));
    ASSERT_FALSE(read.ok()) << number;
    EXPECT_EQ(read.error().code, ErrorCode::kMalformed);
  }
}

TEST_F(DeviceIdentityTest, SignsAListThatFollowsFromTheOneBefore) {
  const Contact known = seen(kNow);
  EXPECT_TRUE(identity_.renew(kNow + 30 * kDay, random_));
  const Contact contact = verify_bundle(identity_.bundle(), kNow + 30 * kDay, &known).value();
  EXPECT_EQ(contact.list_version, 2u);
}

TEST_F(DeviceIdentityTest, KeepsItsAccountWhenTheRootIsReplaced) {
  const Contact known = seen(kNow);
  ASSERT_TRUE(identity_.replace_root(recovery_, kNow, random_).ok());
  ASSERT_TRUE(identity_.replace_root(recovery_, kNow, random_).ok());
  const Contact contact = verify_bundle(identity_.bundle(), kNow, &known).value();
  EXPECT_EQ(contact.account, known.account);
  EXPECT_EQ(contact.root_rotations, 2u);
  EXPECT_NE(contact.root, known.root);
  EXPECT_EQ(identity_.replace_root(recovery_, kNow, random_).error().code, ErrorCode::kRefused);
}

TEST_F(DeviceIdentityTest, HasItsRootReplacedByNobodyElse) {
  const Bytes before = identity_.bundle();
  EXPECT_EQ(identity_.replace_root(Ed25519KeyPair::generate(random_), kNow, random_).error().code, ErrorCode::kRefused);
  EXPECT_EQ(identity_.bundle(), before);
}

}  // namespace
}  // namespace sotto::signaling
