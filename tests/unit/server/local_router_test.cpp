#include "signaling/server/local_router.hpp"

#include <gtest/gtest.h>

namespace sotto::signaling {
namespace {

constexpr Timestamp kStart(1h);

DeviceAddress device(uint8_t number) {
  DeviceAddress address;
  address.account.bytes[0] = number;
  return address;
}

struct Link final : Router::Listener {
  void on_waiting() override { ++calls; }
  int calls = 0;
};

class LocalRouterTest : public testing::Test {
 protected:
  void send(const DeviceAddress& to, std::string_view text, Timestamp now = kStart + 1s) {
    router.send(alice, ++sent, to, as_bytes(text), now);
  }
  std::vector<std::string> waiting(const DeviceAddress& to) {
    std::vector<std::string> texts;
    for (auto next = router.next(to, 0); next; next = router.next(to, next->id)) {
      texts.emplace_back(next->blob.begin(), next->blob.end());
    }
    return texts;
  }

  SeededRandom random{1};
  ServerLimits limits;
  LocalRouter router{limits, random, kStart};
  const DeviceAddress alice = device(1);
  const DeviceAddress bob = device(2);
  uint64_t sent = 0;
  Link link, other_link;
};

TEST_F(LocalRouterTest, WakesEveryLinkOfADevice) {
  router.attach(bob, link, kStart);
  router.attach(bob, other_link, kStart);
  send(bob, "one");
  EXPECT_EQ(link.calls, 1);
  EXPECT_EQ(other_link.calls, 1);
  EXPECT_EQ(waiting(bob), std::vector<std::string>{"one"});
}

TEST_F(LocalRouterTest, KeepsABlobUntilEveryLinkHasIt) {
  router.attach(bob, link, kStart);
  router.attach(bob, other_link, kStart);
  send(bob, "one");
  const uint64_t id = router.next(bob, 0)->id;
  router.on_received(bob, link, id);
  EXPECT_EQ(waiting(bob).size(), 1u);
  router.on_received(bob, other_link, id);
  EXPECT_TRUE(waiting(bob).empty());
}

TEST_F(LocalRouterTest, GivesTheNextLinkWhatALostOneHasNotReceived) {
  router.attach(bob, link, kStart);
  send(bob, "one");
  send(bob, "two");
  router.on_received(bob, link, router.next(bob, 0)->id);
  router.detach(bob, link, kStart + 2s);
  router.attach(bob, other_link, kStart + 3s);
  EXPECT_EQ(waiting(bob), std::vector<std::string>{"two"});
}

TEST_F(LocalRouterTest, HoldsABlobFor45SecondsAndForgetsTheDevice) {
  send(bob, "one", kStart);
  router.on_deadline(kStart + 45s - Duration(1));
  EXPECT_EQ(router.blobs_waiting(), 1u);
  EXPECT_EQ(router.next_deadline(), kStart + 45s);
  router.on_deadline(kStart + 45s);
  EXPECT_EQ(router.blobs_waiting(), 0u);
  EXPECT_EQ(router.mailboxes(), 0u);
  EXPECT_FALSE(router.next_deadline());
}

TEST_F(LocalRouterTest, HoldsSixtyFourBlobsAndDropsOfWhoSendsMost) {
  const DeviceAddress mallory = device(3);
  send(bob, "from alice");
  for (uint64_t i = 1; i <= 100; ++i) router.send(mallory, i, bob, as_bytes("noise"), kStart + 2s);
  const std::vector<std::string> texts = waiting(bob);
  EXPECT_EQ(texts.size(), 64u);
  EXPECT_EQ(texts.front(), "from alice");
}

TEST_F(LocalRouterTest, HoldsSoManyBytesAndDropsTheOldestOfAll) {
  limits.blob_bytes = 10 * (8192 + 256);
  LocalRouter small(limits, random, kStart);
  for (uint8_t i = 1; i <= 30; ++i) small.send(alice, i, device(i), Bytes(8192, i), kStart + 1s);
  EXPECT_EQ(small.blobs_waiting(), 10u);
  EXPECT_EQ(small.mailboxes(), 10u);
  EXPECT_FALSE(small.next(device(20), 0));
  EXPECT_TRUE(small.next(device(21), 0));
}

TEST_F(LocalRouterTest, CountsUpForADeviceThatItHadForgotten) {
  send(bob, "one", kStart + 1s);
  const uint64_t first = router.next(bob, 0)->id;
  router.on_deadline(kStart + 1min);
  EXPECT_EQ(router.mailboxes(), 0u);
  send(bob, "two", kStart + 2min);
  EXPECT_GT(router.next(bob, 0)->id, first);
}

TEST_F(LocalRouterTest, RemembersWhatADeviceHasSentForAMinuteAfterItsLastLink) {
  router.attach(alice, link, kStart);
  send(bob, "one");
  send(bob, "two");
  router.detach(alice, link, kStart + 10s);
  router.on_deadline(kStart + 69s);
  EXPECT_EQ(router.last_taken(alice), 2u);
  router.on_deadline(kStart + 70s);
  EXPECT_EQ(router.last_taken(alice), 0u);
  EXPECT_EQ(router.mailboxes(), 0u);
}

TEST_F(LocalRouterTest, DoesNotForgetADeviceThatCameBack) {
  router.attach(alice, link, kStart);
  send(bob, "one");
  router.detach(alice, link, kStart + 1s);
  router.attach(alice, link, kStart + 2s);
  router.on_deadline(kStart + 1h);
  EXPECT_EQ(router.last_taken(alice), 1u);
}

TEST_F(LocalRouterTest, StaysSmallWhenBlobsGoToNobody) {
  for (int round = 0; round < 100; ++round) {
    for (uint8_t i = 0; i < 200; ++i) send(device(i), "x", kStart + round * 1s);
    router.on_deadline(kStart + round * 1s);
  }
  EXPECT_LE(router.mailboxes(), 200u);
  router.on_deadline(kStart + 1h);
  EXPECT_EQ(router.mailboxes(), 0u);
}

}  // namespace
}  // namespace sotto::signaling
