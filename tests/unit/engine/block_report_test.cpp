#include "engine/block_report.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/unit/engine/people.hpp"

namespace sotto::engine {
namespace {

using ::testing::ElementsAre;

constexpr std::string_view kServer = "sotto.example:7443";

class BlockReportTest : public ::testing::Test {
 protected:
  AccountId add(uint64_t seed) { return book_.add({}, make_person(seed).bundle(), kToday).value(); }
  void block(const AccountId& account, bool blocked = true) {
    ASSERT_TRUE(book_.update(account, [blocked](auto& known) { known.blocked = blocked; }).ok());
  }
  void acknowledge() { ASSERT_TRUE(book_.set_blocks_told(block_report(book_, kServer)->digest).ok()); }

  ContactBook book_{make_keeper()};
};

TEST_F(BlockReportTest, ThereIsNoneBeforeAnybodyIsBlocked) {
  add(1);
  EXPECT_FALSE(block_report(book_, kServer));
}

TEST_F(BlockReportTest, NamesTheBlockedUntilTheServerHasAcknowledgedThem) {
  add(1);
  const AccountId bob = add(2);
  block(bob);
  ASSERT_TRUE(block_report(book_, kServer));
  EXPECT_THAT(block_report(book_, kServer)->accounts, ElementsAre(bob));
  acknowledge();
  EXPECT_FALSE(block_report(book_, kServer));
}

TEST_F(BlockReportTest, LastOneWhoIsUnblockedOrRemovedIsStillToBeTold) {
  const AccountId bob = add(2);
  block(bob);
  acknowledge();
  block(bob, false);
  EXPECT_THAT(block_report(book_, kServer)->accounts, ElementsAre());
  block(bob);
  EXPECT_FALSE(block_report(book_, kServer)) << "as it was acknowledged";
  ASSERT_TRUE(book_.remove(bob).ok());
  EXPECT_THAT(block_report(book_, kServer)->accounts, ElementsAre());
}

TEST_F(BlockReportTest, AnotherServerHasBeenToldNothing) {
  block(add(2));
  acknowledge();
  EXPECT_TRUE(block_report(book_, "another.example:7443"));
}

TEST_F(BlockReportTest, OrderInWhichPeopleAreBlockedMakesNoDifference) {
  const AccountId bob = add(2);
  const AccountId carol = add(3);
  block(bob);
  block(carol);
  ContactBook other(make_keeper());
  for (const uint64_t seed : {uint64_t{3}, uint64_t{2}}) {
    const AccountId account = other.add({}, make_person(seed).bundle(), kToday).value();
    ASSERT_TRUE(other.update(account, [](auto& known) { known.blocked = true; }).ok());
  }
  EXPECT_EQ(block_report(other, kServer)->digest, block_report(book_, kServer)->digest);
}

TEST_F(BlockReportTest, HasTheLatestWhenThereAreMoreThanAServerKeeps) {
  std::vector<AccountId> accounts;
  for (uint64_t seed = 1; seed <= 65; ++seed) {
    accounts.push_back(add(seed));
    block(accounts.back());
  }
  const auto report = block_report(book_, kServer);
  ASSERT_EQ(report->accounts.size(), 64u);
  EXPECT_EQ(std::ranges::count(report->accounts, accounts.front()), 0);
  EXPECT_EQ(std::ranges::count(report->accounts, accounts.back()), 1);
}

TEST_F(BlockReportTest, ItsWatchersHearOfBlocksAndOfNothingElse) {
  const AccountId bob = add(2);
  int changes = 0;
  auto watch = book_.watch_blocks([&] { ++changes; });
  ASSERT_TRUE(book_.update(bob, [](auto& known) { known.verified = true; }).ok());
  EXPECT_EQ(changes, 0);
  block(bob);
  block(bob);
  EXPECT_EQ(changes, 1);
  acknowledge();
  EXPECT_EQ(changes, 2);
  ASSERT_TRUE(book_.remove(bob).ok());
  EXPECT_EQ(changes, 3);
  watch.reset();
  block(add(3));
  EXPECT_EQ(changes, 3);
}

}  // namespace
}  // namespace sotto::engine
