#include "engine/dial_preparation.hpp"

#include <gtest/gtest.h>

#include "tests/unit/engine/people.hpp"

namespace sotto::engine {
namespace {

using Step = DialPreparation::Step;
using signaling::KnownAccount;

class DialPreparationTest : public ::testing::Test {
 protected:
  DirectoryVerdict found() const { return {signaling::verify_bundle(bob_.bundle(), kToday).value(), EndReason::kNone}; }

  const signaling::DeviceIdentity bob_ = make_person();
  KnownAccount contact_ = make_contact(bob_);
};

TEST_F(DialPreparationTest, ContactIsDialledAtOnceWhileTheDirectoryIsAsked) {
  const DialPreparation preparation(contact_, true, false, kToday);
  EXPECT_EQ(preparation.step(), Step::kDial);
  EXPECT_TRUE(preparation.awaits_directory());
  EXPECT_EQ(preparation.peer().account, bob_.account());
}

TEST_F(DialPreparationTest, ContactNeedsNoDirectory) {
  const DialPreparation preparation(contact_, false, false, kToday);
  EXPECT_EQ(preparation.step(), Step::kDial);
  EXPECT_FALSE(preparation.awaits_directory());
}

TEST_F(DialPreparationTest, SomebodyNewIsDialledWhenTheDirectoryKnowsHim) {
  DialPreparation preparation(std::nullopt, true, false, kToday);
  EXPECT_EQ(preparation.step(), Step::kWait);
  preparation.on_directory(found());
  EXPECT_EQ(preparation.step(), Step::kDial);
}

TEST_F(DialPreparationTest, NobodyIsDialledWhoIsNotFound) {
  DialPreparation preparation(std::nullopt, true, false, kToday);
  preparation.on_directory({{}, EndReason::kUnknownName});
  ASSERT_EQ(preparation.step(), Step::kEnd);
  EXPECT_EQ(preparation.problem(), EndReason::kUnknownName);
}

TEST_F(DialPreparationTest, WithoutALinkSomebodyNewCannotBeFound) {
  DialPreparation preparation(std::nullopt, true, false, kToday);
  preparation.on_no_directory();
  ASSERT_EQ(preparation.step(), Step::kEnd);
  EXPECT_EQ(preparation.problem(), EndReason::kNoServer);
}

TEST_F(DialPreparationTest, CallThatHidesItsAddressWaitsForRelaysToHideBehind) {
  DialPreparation preparation(std::nullopt, true, true, kToday);
  preparation.on_directory(found());
  EXPECT_EQ(preparation.step(), Step::kWait);
  preparation.on_relays(true);
  EXPECT_EQ(preparation.step(), Step::kDial);
}

TEST_F(DialPreparationTest, NobodyIsDialledWhereThereIsNothingToHideBehind) {
  DialPreparation preparation(contact_, false, true, kToday);
  preparation.on_relays(false);
  ASSERT_EQ(preparation.step(), Step::kEnd);
  EXPECT_EQ(preparation.problem(), EndReason::kNoRelay);
}

TEST_F(DialPreparationTest, BlockedContactIsNotDialled) {
  contact_.blocked = true;
  const DialPreparation preparation(contact_, true, false, kToday);
  ASSERT_EQ(preparation.step(), Step::kEnd);
  EXPECT_EQ(preparation.problem(), EndReason::kBlocked);
}

TEST_F(DialPreparationTest, ContactWithNewKeysIsNotDialledBeforeTheUserKnows) {
  contact_.key_changed = true;
  const DialPreparation preparation(contact_, false, false, kToday);
  ASSERT_EQ(preparation.step(), Step::kEnd);
  EXPECT_EQ(preparation.problem(), EndReason::kKeyChanged);
}

TEST_F(DialPreparationTest, ContactWhoseKeysHaveExpiredWaitsForNewerOnes) {
  const WallTime later = kToday + std::chrono::days(20);
  EXPECT_EQ(DialPreparation(contact_, false, false, later).problem(), EndReason::kOutdated);
  DialPreparation preparation(contact_, true, false, later);
  EXPECT_EQ(preparation.step(), Step::kWait);
  preparation.on_directory({});
  EXPECT_EQ(preparation.problem(), EndReason::kOutdated) << "the directory has nothing newer";
}

}  // namespace
}  // namespace sotto::engine
