#include "signaling/identity/identity_keeper.hpp"

#include <gtest/gtest.h>

#include "signaling/identity/contact.hpp"

namespace sotto::signaling {
namespace {

const WallTime kNow{std::chrono::days(20000)};

TEST(DeviceIdentityRecord, ReadsBackAsWritten) {
  DeviceIdentity identity = DeviceIdentity::create(system_random(), kNow);
  ASSERT_TRUE(identity.renew(kNow + std::chrono::days(8), system_random()));
  const auto read = DeviceIdentity::parse(identity.serialize().view());
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->account(), identity.account());
  EXPECT_EQ(read->device(), identity.device());
  EXPECT_EQ(read->bundle(), identity.bundle());
  EXPECT_EQ(read->list_version(), identity.list_version());
  EXPECT_EQ(read->agree_keys().size(), 2u);
  EXPECT_EQ(read->clone().bundle(), identity.bundle());
}

TEST(DeviceIdentityRecord, OpensAfterAllItsDatesHavePassedAndIsRenewed) {
  const WallTime later = kNow + std::chrono::days(400);
  auto read = DeviceIdentity::parse(DeviceIdentity::create(system_random(), kNow).serialize().view());
  ASSERT_TRUE(read.ok());
  EXPECT_FALSE(verify_bundle(read->bundle(), later).ok());
  EXPECT_TRUE(read->renewal_due(later));
  EXPECT_TRUE(read->renew(later, system_random()));
  EXPECT_TRUE(verify_bundle(read->bundle(), later).ok());
}

TEST(DeviceIdentityRecord, IsRefusedWithAnotherKeyThanItsRecordsShow) {
  const SecretBytes written = DeviceIdentity::create(system_random(), kNow).serialize();
  int taken = 0;
  for (size_t i = 0; i < written.size(); ++i) {
    SecretBytes changed = written.clone();
    changed.mutable_view()[i] ^= 0x10;
    if (DeviceIdentity::parse(changed.view()).ok()) ++taken;
  }
  // Only the highest epoch ever used may change: nothing is signed over it.
  EXPECT_LE(taken, 2);
}

TEST(IdentityKeeper, SavesBeforeAnybodySeesTheChange) {
  std::vector<Bytes> saved;
  IdentityKeeper keeper(DeviceIdentity::create(system_random(), kNow), [&](const DeviceIdentity& identity) {
    saved.push_back(identity.bundle());
    return Result<void>();
  });
  const auto before = keeper.current();
  const auto fresh = keeper.renew(kNow + std::chrono::days(1), system_random());
  ASSERT_TRUE(fresh.ok());
  EXPECT_FALSE(*fresh);
  EXPECT_TRUE(saved.empty());

  const auto renewed = keeper.renew(kNow + std::chrono::days(7), system_random());
  ASSERT_TRUE(renewed.ok());
  EXPECT_TRUE(*renewed);
  ASSERT_EQ(saved.size(), 1u);
  EXPECT_EQ(keeper.current()->bundle(), saved[0]);
  EXPECT_EQ(before->agree_keys().size(), 1u) << "a snapshot has changed";
}

TEST(IdentityKeeper, StaysAsItIsIfTheChangeCannotBeSaved) {
  IdentityKeeper keeper(DeviceIdentity::create(system_random(), kNow), [](const DeviceIdentity&) {
    return Result<void>(Error{ErrorCode::kUnavailable, "no space"});
  });
  const Bytes before = keeper.current()->bundle();
  EXPECT_EQ(keeper.renew(kNow + std::chrono::days(8), system_random()).error().message, "no space");
  EXPECT_EQ(keeper.current()->bundle(), before);
}

}  // namespace
}  // namespace sotto::signaling
