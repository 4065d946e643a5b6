#include "signaling/server/server_core.hpp"

#include <gtest/gtest.h>

#include <array>
#include <functional>

#include "tests/support/temporary_folder.hpp"
#include "tests/unit/server/test_world.hpp"

namespace sotto::signaling {
namespace {

class ServerCoreTest : public testing::Test {
 protected:
  void join_both() {
    ASSERT_TRUE(alice.join("alice").has_signed_in());
    ASSERT_TRUE(bob.join("bob").has_signed_in());
  }
  uint64_t ended(LinkEnd end) { return world.core().counts().ended[static_cast<size_t>(end)]; }

  TestWorld world;
  TestAccount alice_account{1};
  TestAccount bob_account{2};
  TestDevice alice{world, alice_account};
  TestDevice bob{world, bob_account};
};

TEST_F(ServerCoreTest, CarriesABlobFromDeviceToDevice) {
  join_both();
  EXPECT_EQ(alice.ask(send_message(1, bob.address(), "for bob")).done().request(), 1u);
  const std::vector<wire::ToDevice> messages = bob.take();
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0].deliver().blob(), "for bob");
  bob.say(received_message(messages[0].deliver().id()));
  EXPECT_EQ(world.router->blobs_waiting(), 0u);
}

TEST_F(ServerCoreTest, NamesTheLinksThatHaveSomethingToWrite) {
  join_both();
  world.core().take_changed();
  alice.say(send_message(1, bob.address(), "for bob"));
  const std::vector<LinkId> changed = world.core().take_changed();
  EXPECT_EQ(changed, (std::vector{alice.link, bob.link}));
  EXPECT_TRUE(world.core().take_changed().empty());
}

TEST_F(ServerCoreTest, AnswersASendToNobodyLikeOneToSomebody) {
  join_both();
  const auto answer = [this](uint64_t id, const DeviceAddress& to) {
    wire::ToDevice message = alice.ask(send_message(id, to, "blob"));
    message.mutable_done()->set_request(0);
    return message.SerializeAsString();
  };
  DeviceAddress nobody;
  nobody.account.bytes.fill(0x99);
  DeviceAddress unknown_device = bob.address();
  unknown_device.device.bytes.fill(0x99);
  const std::string to_bob = answer(1, bob.address());
  EXPECT_EQ(answer(2, nobody), to_bob);
  EXPECT_EQ(answer(3, unknown_device), to_bob);
}

TEST_F(ServerCoreTest, DeliversWhatALostLinkHasSwallowed) {
  join_both();
  alice.ask(send_message(1, bob.address(), "one"));
  alice.ask(send_message(2, bob.address(), "two"));
  const std::vector<wire::ToDevice> first = bob.take();
  ASSERT_EQ(first.size(), 2u);
  bob.say(received_message(first[0].deliver().id()));
  bob.disconnect();
  bob.connect();
  bob.say(bob.sign_in_message());
  const std::vector<wire::ToDevice> again = bob.take();
  ASSERT_EQ(again.size(), 2u);
  EXPECT_TRUE(again[0].has_signed_in());
  EXPECT_EQ(again[1].deliver().blob(), "two");
  EXPECT_EQ(again[1].deliver().id(), first[1].deliver().id());
}

TEST_F(ServerCoreTest, TellsADeviceThatComesBackWhatItHasSent) {
  join_both();
  alice.ask(send_message(1, bob.address(), "one"));
  alice.ask(send_message(2, bob.address(), "two"));
  alice.disconnect();
  const wire::SignedIn signed_in = alice.come_back().signed_in();
  EXPECT_EQ(signed_in.sent_id(), 2u);
  alice.ask(send_message(2, bob.address(), "two"));
  alice.ask(send_message(3, bob.address(), "three"));
  EXPECT_EQ(bob.take().size(), 3u);
}

TEST_F(ServerCoreTest, LetsTwoProgramsOfOneDeviceSendBesideEachOther) {
  join_both();
  TestDevice other_program(world, alice_account);
  EXPECT_EQ(other_program.come_back().signed_in().sent_id(), 0u);
  alice.ask(send_message(1, bob.address(), "from one"));
  other_program.ask(send_message(1, bob.address(), "from the other"));
  EXPECT_EQ(bob.take().size(), 2u);
}

TEST_F(ServerCoreTest, SaysThatItHasForgottenByAnotherBootId) {
  join_both();
  const std::string boot = alice.come_back().signed_in().boot_id();
  EXPECT_EQ(alice.come_back().signed_in().boot_id(), boot);
  TestWorld after_restart;
  after_restart.random = SeededRandom(8);
  TestDevice elsewhere(after_restart, alice_account);
  EXPECT_NE(elsewhere.join("alice").signed_in().boot_id(), boot);
}

TEST_F(ServerCoreTest, WritesNoMoreThanADeviceReads) {
  join_both();
  for (uint64_t i = 1; i <= 60; ++i) alice.ask(send_message(i, bob.address(), std::string(8000, 'x')));
  EXPECT_LT(world.core().output(bob.link).size(), 26'000u);
  EXPECT_EQ(bob.take().size(), 60u);
}

TEST_F(ServerCoreTest, KeepsThreeLinksOfADeviceAndClosesTheOldest) {
  join_both();
  std::vector<TestDevice> more(3, TestDevice(world, alice_account));
  for (TestDevice& device : more) EXPECT_TRUE(device.come_back().has_signed_in());
  const std::vector<wire::ToDevice> last = alice.take();
  ASSERT_EQ(last.size(), 1u);
  EXPECT_EQ(last[0].refused().refusal(), wire::REFUSAL_TOO_MANY_LINKS);
  EXPECT_TRUE(alice.is_over());
  for (const TestDevice& device : more) EXPECT_FALSE(device.is_over());
  EXPECT_EQ(ended(LinkEnd::kReplaced), 1u);
}

TEST_F(ServerCoreTest, ClosesTheLinksOfADeviceThatIsRevoked) {
  join_both();
  TestAccount second(1);
  second.certificate.set_device_id(std::string(16, 'e'));
  second.list.set_version(2);
  second.list.set_previous_hash(wire_string(sha256({as_bytes(kDeviceListLabel), alice_account.signed_list().body})));
  TestDevice successor(world, second);
  EXPECT_TRUE(successor.come_back().has_signed_in());
  const std::vector<wire::ToDevice> last = alice.take();
  ASSERT_EQ(last.size(), 1u);
  EXPECT_EQ(last[0].refused().refusal(), wire::REFUSAL_REVOKED);
  EXPECT_TRUE(alice.is_over());
  EXPECT_FALSE(bob.is_over());
}

TEST_F(ServerCoreTest, MakesRoomByClosingWhoHasNotSignedIn) {
  world.limits.links = 3;
  join_both();
  TestDevice idle(world, alice_account);
  idle.connect();
  TestDevice next(world, alice_account);
  EXPECT_TRUE(next.come_back().has_signed_in());
  EXPECT_TRUE(idle.is_over());
  EXPECT_FALSE(TestDevice(world, bob_account).connect()) << "all that are there have signed in";
  EXPECT_EQ(world.core().counts().turned_away, 1u);
}

TEST_F(ServerCoreTest, TurnsAwayANetworkThatConnectsTooOften) {
  world.limits.connections_per_prefix = {2, 1min};
  EXPECT_TRUE(alice.connect());
  EXPECT_TRUE(alice.connect());
  EXPECT_FALSE(alice.connect());
  EXPECT_TRUE(TestDevice(world, bob_account, NetworkPrefix::of_ipv4({10, 0, 0, 1})).connect());
}

TEST_F(ServerCoreTest, LetsFiveStrangersBeCalledInAnHour) {
  join_both();
  DeviceAddress to;
  for (uint8_t i = 1; i <= 5; ++i) {
    to.account.bytes.fill(i);
    EXPECT_TRUE(alice.ask(send_message(i, to, blob_of_kind(1))).has_done());
  }
  EXPECT_EQ(alice.ask(send_message(6, bob.address(), blob_of_kind(1))).refused().refusal(), wire::REFUSAL_RATE_LIMITED);
  bob.ask(send_message(1, alice.address(), blob_of_kind(2)));
  alice.take();
  EXPECT_TRUE(alice.ask(send_message(7, bob.address(), blob_of_kind(1))).has_done()) << "bob has answered";
}

TEST_F(ServerCoreTest, TellsAllWhenItStops) {
  join_both();
  world.core().stop(world.now);
  const std::vector<wire::ToDevice> last = alice.take();
  ASSERT_EQ(last.size(), 1u);
  EXPECT_EQ(last[0].refused().refusal(), wire::REFUSAL_OVERLOADED);
  EXPECT_GT(last[0].refused().retry_after_ms(), 0u);
  EXPECT_TRUE(alice.is_over());
  EXPECT_FALSE(bob.is_over()) << "it has still to be told";
}

TEST_F(ServerCoreTest, ForgetsEverythingOfADisconnectedLink) {
  join_both();
  alice.disconnect();
  alice.disconnect();
  EXPECT_EQ(world.core().links(), 1u);
  EXPECT_TRUE(world.core().is_over(alice.link));
  bob.ask(send_message(1, alice.address(), "blob"));
  world.advance(3min);
  EXPECT_EQ(world.core().links(), 1u) << "bob's is there until it is disconnected";
  EXPECT_EQ(world.router->mailboxes(), 0u);
}

TEST_F(ServerCoreTest, WritesNothingToDiskWhileBlobsGoThrough) {
  const TemporaryFolder folder;
  world.store = SqliteStore::open(folder.path() / "directory.db").value();
  join_both();
  const auto before = contents_of(folder.path());
  for (uint64_t i = 1; i <= 500; ++i) {
    alice.ask(send_message(i, bob.address(), std::string(1068, 'x')));
    for (const wire::ToDevice& message : bob.take()) bob.say(received_message(message.deliver().id()));
    if (i % 100 == 0) {
      EXPECT_TRUE(alice.come_back().has_signed_in());
      EXPECT_TRUE(alice.ask(look_up_message(i, "bob")).looked_up().has_account());
    }
    world.advance(1s);
  }
  EXPECT_EQ(contents_of(folder.path()), before);
}

TEST_F(ServerCoreTest, NamesNobodyInItsLog) {
  join_both();
  alice.ask(send_message(1, bob.address(), "a blob"));
  alice.say(alice.sign_in_message());
  world.advance(1h);
  world.core().log_counts(world.now.date);
  ASSERT_GT(world.log_lines.size(), 2u);
  std::string log;
  for (const std::string& line : world.log_lines) log += line + "\n";
  for (const char* secret : {"alice", "bob", "192.0.2", "a blob"}) EXPECT_EQ(log.find(secret), std::string::npos);
  EXPECT_NE(log.find(R"("event":"link_closed")"), std::string::npos);
  EXPECT_NE(log.find(R"("event":"counts")"), std::string::npos);
}

TEST_F(ServerCoreTest, WritesAtMostSixtyLinesAMinuteAboutLinks) {
  for (int i = 0; i < 200; ++i) {
    alice.connect();
    world.core().on_bytes(alice.link, Bytes(4), world.now);
    alice.take();
    alice.disconnect();
  }
  EXPECT_EQ(world.log_lines.size(), 60u);
  EXPECT_EQ(ended(LinkEnd::kMalformed), 200u);
}

/// Overwrites, cuts, doubles and inserts.
Bytes spoiled(Bytes frame, SeededRandom& random) {
  for (uint64_t edits = random.u64() % 4; edits > 0; --edits) {
    const size_t at = random.u64() % frame.size();
    const auto value = static_cast<uint8_t>(random.u64());
    switch (random.u64() % 3) {
      case 0:
        frame[at] = value;
        break;
      case 1:
        frame.insert(frame.begin() + static_cast<std::ptrdiff_t>(at), value);
        break;
      default:
        frame.resize(std::max<size_t>(1, at));
        break;
    }
  }
  return frame;
}

TEST_F(ServerCoreTest, KeepsACallGoingBesideTwoThousandSpoiledFrames) {
  // Nothing is to be kept from the parsers by a limit.
  const Rate unlimited{1e6, 1s};
  world.limits.connections_per_prefix = world.limits.sign_ins_per_prefix = world.limits.sign_ins = unlimited;
  world.limits.registrations_per_prefix = unlimited;
  join_both();
  TestAccount mallory_account(3);
  TestDevice mallory(world, mallory_account, NetworkPrefix::of_ipv4({10, 0, 0, 1}));
  mallory.join("mallory");
  SeededRandom random(99);
  uint64_t sent = 0;
  size_t delivered = 0;
  for (int i = 0; i < 2000; ++i) {
    if (mallory.is_over()) {
      mallory.disconnect();
      mallory.connect();
      if (i % 2 == 0) mallory.ask(mallory.sign_in_message());
    }
    const std::array<std::function<wire::ToServer()>, 6> messages = {
        [&] { return mallory.sign_in_message(); },
        [&] { return mallory.register_message("mallory"); },
        [&] { return look_up_message(1, "bob"); },
        [&] { return publish_message(2, mallory_account); },
        [&] { return send_message(3, bob.address(), "blob"); },
        [&] { return received_message(4); },
    };
    const Bytes frame = make_frame(messages[random.u64() % messages.size()]()).value();
    world.core().on_bytes(mallory.link, spoiled(frame, random), world.now);
    world.core().on_written(mallory.link, world.core().output(mallory.link).size(), world.now);
    if (i % 10 != 0) continue;
    EXPECT_EQ(alice.ask(send_message(++sent, bob.address(), "a call")).done().request(), sent);
    for (const wire::ToDevice& message : bob.take()) {
      ASSERT_TRUE(message.has_deliver());
      if (message.deliver().blob() == "a call") ++delivered;
      bob.say(received_message(message.deliver().id()));
    }
    world.advance(100ms);
  }
  EXPECT_EQ(delivered, sent);
  EXPECT_GT(ended(LinkEnd::kMalformed), 100u);
}

}  // namespace
}  // namespace sotto::signaling
