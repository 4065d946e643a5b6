// Calls by name, with a directory that says what a test wants.
#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "engine/identity_access.hpp"
#include "tests/network/fake_server.hpp"
#include "tests/network/test_device.hpp"
#include "tests/network/turn_server.hpp"

namespace sotto::test {
namespace {

using signaling::BlobKind;

class CallByName : public ::testing::Test {
 protected:
  struct End {
    Identity identity;
    std::shared_ptr<TappedChannel> channel;
    std::shared_ptr<FakeDirectory> directory;
    std::unique_ptr<TestDevice> device;
  };

  End make_end(Identity identity = Identity::create()) {
    End end{identity, std::make_shared<TappedChannel>(hub_, identity.account(), identity.device()),
            std::make_shared<FakeDirectory>(), nullptr};
    end.device =
        std::make_unique<TestDevice>(identity, end.channel, [&](EngineOptions&, engine::InternalOptions& internal) {
          internal.directory = end.directory;
          internal.redial_delays = {std::chrono::milliseconds(50), std::chrono::milliseconds(150)};
          internal.renewal_interval = std::chrono::milliseconds(5);
          internal.clock = [this] { return wall_now() + std::chrono::hours(hours_ahead_); };
        });
    return end;
  }
  /// Bob is registered, knows Alice, and will ring for her.
  void SetUp() override {
    alice_.directory->put("bob", bob_.identity.bundle());
    ASSERT_TRUE(bob_.device->engine().contacts().add("alice", alice_.identity.bundle()).ok());
  }
  Result<AccountId> alice_adds_bob() { return alice_.device->engine().contacts().add("bob", bob_.identity.bundle()); }

  std::shared_ptr<Call> call(std::string_view name = "bob", DialOptions options = {}) {
    return alice_.device->engine().call(name, alice_.device->media(), options).value();
  }
  static EndReason end_of(const std::shared_ptr<Call>& call) {
    CallWatch watch(call);
    EXPECT_TRUE(watch.wait_for(CallState::kEnded));
    return call->end_reason();
  }
  Result<FoundAccount> find(const std::string& name) {
    std::promise<Result<FoundAccount>> found;
    alice_.device->engine().find(name, [&](Result<FoundAccount> answer) { found.set_value(std::move(answer)); });
    return found.get_future().get();
  }

  std::atomic<int> hours_ahead_ = 0;
  InProcessHub hub_;
  End alice_ = make_end();
  End bob_ = make_end();
};

TEST_F(CallByName, SomebodyNewIsFoundAndTrustedAtFirstSight) {
  const auto outgoing = call("bob", {.direct = true});
  const auto incoming = bob_.device->wait_for_incoming();
  ASSERT_TRUE(incoming);
  EXPECT_EQ(outgoing->name(), "bob");
  EXPECT_FALSE(outgoing->peer_known());
  EXPECT_EQ(outgoing->peer(), bob_.identity.account());
  EXPECT_EQ(incoming->name(), "alice");
  EXPECT_TRUE(incoming->peer_known());
  CallWatch watch(incoming);
  ASSERT_TRUE(incoming->accept(bob_.device->media()).ok());
  EXPECT_TRUE(watch.wait_for_frames(3));
  // Now the caller may add whom it has met.
  EXPECT_TRUE(alice_.device->engine().contacts().add_stranger(outgoing->peer(), "bob").ok());
}

TEST_F(CallByName, NobodyOfThatNameEndsTheCallWithThatReason) {
  EXPECT_EQ(end_of(call("nobody")), EndReason::kUnknownName);
}

TEST_F(CallByName, SomebodyNewIsNotEvenDialledWhereThatWouldShowOurAddress) {
  EXPECT_EQ(end_of(call()), EndReason::kNoRelay);
  EXPECT_EQ(alice_.channel->sent_to(bob_.identity.account()), 0);
}

TEST_F(CallByName, SomebodyNewIsCalledThroughTheRelayThatTheServerLends) {
  if (!TurnServer::available()) GTEST_SKIP() << "coturn is not installed";
  const TurnServer turn;
  alice_.directory->lend({{"turn:127.0.0.1:" + std::to_string(turn.port()), kTurnUser, kTurnPassword}});
  const auto outgoing = call();
  const auto incoming = bob_.device->wait_for_incoming();
  ASSERT_TRUE(incoming);
  CallWatch watch(incoming);
  ASSERT_TRUE(incoming->accept(bob_.device->media()).ok());
  ASSERT_TRUE(watch.wait_for_frames(3));
  EXPECT_EQ(outgoing->statistics().path.local_candidate_type, "relay");
}

TEST_F(CallByName, WithoutALinkSomebodyNewCannotBeCalled) {
  alice_.directory->fail();
  EXPECT_EQ(end_of(call()), EndReason::kNoServer);
}

TEST_F(CallByName, CallCanBeGivenUpWhileTheNameIsLookedUp) {
  alice_.directory->hold();
  const auto outgoing = call("bob", {.direct = true});
  ASSERT_TRUE(alice_.directory->wait_for_look_ups(1));
  outgoing->hang_up();
  EXPECT_EQ(end_of(outgoing), EndReason::kHungUp);
  alice_.directory->release();
  EXPECT_EQ(alice_.channel->sent_to(bob_.identity.account()), 0);
}

TEST_F(CallByName, ContactGetsTheInitAtOnceAndTheOfferWhenTheDirectoryHasSpoken) {
  ASSERT_TRUE(alice_adds_bob().ok());
  alice_.directory->hold();
  const auto outgoing = call();
  CallWatch watch(outgoing);
  ASSERT_TRUE(alice_.directory->wait_for_look_ups(1));
  while (!outgoing->statistics().timeline.handshake_done) std::this_thread::yield();
  EXPECT_EQ(alice_.channel->sent(BlobKind::kData), 0)
      << "no offer, and so no address, for a device that may be removed";
  EXPECT_EQ(outgoing->state(), CallState::kDialing);
  alice_.directory->release();
  EXPECT_TRUE(watch.wait_for(CallState::kRinging));
  EXPECT_TRUE(outgoing->peer_known());
}

TEST_F(CallByName, ContactIsCalledEvenIfTheDirectoryDoesNotAnswer) {
  ASSERT_TRUE(alice_adds_bob().ok());
  alice_.directory->fail();
  const auto outgoing = call();
  EXPECT_TRUE(bob_.device->wait_for_incoming());
}

TEST_F(CallByName, AnotherAccountWithAContactsNameIsNotCalled) {
  ASSERT_TRUE(alice_adds_bob().ok());
  const Identity other = Identity::create();
  alice_.directory->put("bob", other.bundle());
  EXPECT_EQ(end_of(call()), EndReason::kOtherPerson);
  EXPECT_EQ(alice_.channel->sent_to(other.account()), 0);
  EXPECT_EQ(alice_.channel->sent(BlobKind::kData), 0);
}

TEST_F(CallByName, BlockedContactIsNotCalled) {
  ASSERT_TRUE(alice_.device->engine().contacts().block(alice_adds_bob().value()).ok());
  EXPECT_EQ(end_of(call()), EndReason::kBlocked);
  EXPECT_EQ(alice_.channel->sent_to(bob_.identity.account()), 0);
}

TEST_F(CallByName, LostInitIsMadeAnewAndRings) {
  ASSERT_TRUE(alice_adds_bob().ok());
  alice_.channel->lose(BlobKind::kInit, 1);
  const auto outgoing = call();
  EXPECT_TRUE(bob_.device->wait_for_incoming());
  EXPECT_EQ(alice_.channel->sent(BlobKind::kInit), 2);
}

TEST_F(CallByName, LostResponseIsMadeAnewAndRingsOnce) {
  ASSERT_TRUE(alice_adds_bob().ok());
  bob_.channel->lose(BlobKind::kResponse, 1);
  const auto outgoing = call();
  const auto incoming = bob_.device->wait_for_incoming();
  ASSERT_TRUE(incoming);
  CallWatch watch(incoming);
  ASSERT_TRUE(incoming->accept(bob_.device->media()).ok());
  EXPECT_TRUE(watch.wait_for_frames(3));
  EXPECT_EQ(bob_.channel->sent(BlobKind::kResponse), 2);
}

TEST_F(CallByName, StrangersCallIsNotRepeatedUnlessTheLinkWasLost) {
  alice_.channel->lose(BlobKind::kInit, 1);
  const auto outgoing = call("bob", {.direct = true});
  while (alice_.channel->sent(BlobKind::kInit) == 0) std::this_thread::yield();
  alice_.directory->sign_in_again();
  EXPECT_TRUE(bob_.device->wait_for_incoming());
  EXPECT_EQ(alice_.channel->sent(BlobKind::kInit), 2);
}

TEST_F(CallByName, KeysOfARunningEngineAreRenewedPublishedAndUsed) {
  ASSERT_TRUE(alice_adds_bob().ok());
  const auto before = bob_.identity.bundle();
  hours_ahead_ = 15 * 24;  // what Alice knows of Bob has expired
  ASSERT_TRUE(bob_.directory->wait_for_publication());
  ASSERT_TRUE(alice_.directory->wait_for_publication());
  EXPECT_NE(bob_.identity.bundle(), before);
  alice_.directory->put("bob", bob_.identity.bundle());
  const auto outgoing = call();
  EXPECT_TRUE(bob_.device->wait_for_incoming());
}

TEST_F(CallByName, FindTellsWhoItIsAndWhetherThatIsNews) {
  const auto found = find("bob");
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_EQ(found->account, bob_.identity.account());
  EXPECT_EQ(found->standing, FoundAccount::Standing::kNew);
  ASSERT_TRUE(alice_.device->engine().contacts().add("bob", found->bundle).ok());
  EXPECT_EQ(found->safety_number, alice_.device->engine().contacts().safety_number(found->account).value());
  EXPECT_EQ(find("bob")->standing, FoundAccount::Standing::kContact);
  alice_.directory->put("bob", Identity::create().bundle());
  EXPECT_EQ(find("bob")->standing, FoundAccount::Standing::kOtherPerson);
  EXPECT_FALSE(find("nobody").ok());
}

/// Bob has a recovery key on paper.
class CallAfterARecovery : public CallByName {
 protected:
  void SetUp() override {
    auto keys = signaling::DeviceIdentity::create(system_random(), wall_now(), recovery_.public_key());
    keeper_ = std::make_shared<signaling::IdentityKeeper>(std::move(keys));
    bob_ = make_end(engine::IdentityAccess::make(keeper_));
    CallByName::SetUp();
    ASSERT_TRUE(alice_adds_bob().ok());
    const auto replaced = keeper_->update([this](signaling::DeviceIdentity& identity) {
      return identity.replace_root(recovery_, wall_now(), system_random());
    });
    ASSERT_TRUE(replaced.ok());
    alice_.directory->put("bob", bob_.identity.bundle());
  }

  Ed25519KeyPair recovery_ = Ed25519KeyPair::generate(system_random());
  std::shared_ptr<signaling::IdentityKeeper> keeper_;
};

TEST_F(CallAfterARecovery, WaitsUntilTheUserKnowsOfTheNewKey) {
  EXPECT_EQ(find("bob")->standing, FoundAccount::Standing::kKeyChanged);
  EXPECT_EQ(end_of(call()), EndReason::kKeyChanged);
  EXPECT_EQ(alice_.channel->sent(BlobKind::kData), 0);
  Contacts contacts = alice_.device->engine().contacts();
  ASSERT_TRUE(contacts.find("bob")->key_changed);
  EXPECT_EQ(end_of(call()), EndReason::kKeyChanged) << "still";
  ASSERT_TRUE(contacts.acknowledge_key(bob_.identity.account()).ok());
  const auto outgoing = call();
  EXPECT_TRUE(bob_.device->wait_for_incoming());
}

}  // namespace
}  // namespace sotto::test
