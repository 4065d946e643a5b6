#include "engine/directory_verdict.hpp"

#include <gtest/gtest.h>

#include "tests/unit/engine/people.hpp"

namespace sotto::engine {
namespace {

using signaling::DirectoryEntry;
using signaling::KnownAccount;

class DirectoryVerdictTest : public ::testing::Test {
 protected:
  static DirectoryEntry entry(const signaling::DeviceIdentity& person) { return {"bob", {person.bundle()}}; }

  signaling::DeviceIdentity bob_ = make_person(1);
  const KnownAccount contact_ = make_contact(bob_);
};

TEST_F(DirectoryVerdictTest, UnknownNameIsUnknownButKnownContactStaysKnown) {
  EXPECT_EQ(judge(std::nullopt, nullptr, kToday).problem, EndReason::kUnknownName);
  EXPECT_EQ(judge(DirectoryEntry{"bob", {}}, nullptr, kToday).problem, EndReason::kUnknownName);
  const auto verdict = judge(std::nullopt, &contact_, kToday);
  EXPECT_EQ(verdict.problem, EndReason::kNone);
  EXPECT_FALSE(verdict.peer);
}

TEST_F(DirectoryVerdictTest, FirstSightIsTrusted) {
  const auto verdict = judge(entry(bob_), nullptr, kToday);
  ASSERT_TRUE(verdict.peer);
  EXPECT_EQ(verdict.peer->account, bob_.account());
}

TEST_F(DirectoryVerdictTest, AnotherAccountBehindAContactsNameIsAnotherPerson) {
  const auto verdict = judge(entry(make_person(2)), &contact_, kToday);
  EXPECT_EQ(verdict.problem, EndReason::kOtherPerson);
  EXPECT_FALSE(verdict.peer);
}

TEST_F(DirectoryVerdictTest, TwoAccountsInOneAnswerAreALie) {
  const DirectoryEntry entry{"bob", {bob_.bundle(), make_person(2).bundle()}};
  EXPECT_EQ(judge(entry, nullptr, kToday).problem, EndReason::kSecurityFailure);
}

TEST_F(DirectoryVerdictTest, ForgedRecordTeachesNothingOfAContactAndIsNobodyElse) {
  DirectoryEntry forged = entry(bob_);
  forged.bundles[0][forged.bundles[0].size() / 2] ^= 1;
  EXPECT_EQ(judge(forged, nullptr, kToday).problem, EndReason::kSecurityFailure);
  const auto verdict = judge(forged, &contact_, kToday);
  EXPECT_EQ(verdict.problem, EndReason::kNone);
  EXPECT_FALSE(verdict.peer);
}

TEST_F(DirectoryVerdictTest, ListThatIsOlderThanTheKnownOneTeachesNothing) {
  KnownAccount known = contact_;
  known.pinned.list_version += 1;
  const auto verdict = judge(entry(bob_), &known, kToday);
  EXPECT_EQ(verdict.problem, EndReason::kNone);
  EXPECT_FALSE(verdict.peer);
}

TEST_F(DirectoryVerdictTest, ExpiredRecordOfSomebodyNewIsOutdated) {
  EXPECT_EQ(judge(entry(bob_), nullptr, kToday + std::chrono::days(120)).problem, EndReason::kOutdated);
}

TEST_F(DirectoryVerdictTest, NewerKeysOfAContactAreTakenOver) {
  SeededRandom random(5);
  const WallTime later = kToday + std::chrono::days(8);
  ASSERT_TRUE(bob_.renew(later, random));
  const auto verdict = judge(entry(bob_), &contact_, later);
  ASSERT_TRUE(verdict.peer);
  EXPECT_GT(verdict.peer->agree_key_epoch, contact_.pinned.agree_key_epoch);
}

TEST_F(DirectoryVerdictTest, NewRootOfAContactIsToldBeforeAnythingElse) {
  SeededRandom random(6);
  const auto recovery = Ed25519KeyPair::generate(random);
  auto carol = signaling::DeviceIdentity::create(random, kToday, recovery.public_key());
  const KnownAccount known = make_contact(carol);
  ASSERT_TRUE(carol.replace_root(recovery, kToday, random).ok());
  const auto verdict = judge(entry(carol), &known, kToday);
  EXPECT_EQ(verdict.problem, EndReason::kKeyChanged);
  EXPECT_TRUE(verdict.peer) << "to be remembered";
}

}  // namespace
}  // namespace sotto::engine
