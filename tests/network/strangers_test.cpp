// What somebody who is no contact can and cannot do (HANDSHAKE 7).
#include <dirent.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <future>
#include <string>

#include "engine/identity_access.hpp"
#include "signaling/handshake/call_session.hpp"
#include "signaling/identity/contact.hpp"
#include "tests/network/fake_server.hpp"
#include "tests/network/test_device.hpp"
#include "tests/network/turn_server.hpp"

namespace sotto::test {
namespace {

using signaling::BlobKind;

/// The sockets that this process has open.
int open_sockets() {
  int count = 0;
  DIR* directory = opendir("/proc/self/fd");
  while (const dirent* entry = readdir(directory)) {
    char target[64];
    const std::string path = std::string("/proc/self/fd/") + entry->d_name;
    const ssize_t length = readlink(path.c_str(), target, sizeof target);
    count += length > 0 && std::string_view(target, static_cast<size_t>(length)).starts_with("socket:");
  }
  closedir(directory);
  return count;
}

/// Dials without an engine, so that no socket of this process is the caller's.
class BareCaller {
 public:
  BareCaller(InProcessHub& hub, const TestDevice& callee)
      : keys_(signaling::DeviceIdentity::create(system_random(), wall_now())),
        callee_(signaling::verify_bundle(callee.identity().bundle(), wall_now()).value()),
        channel_(hub.connect(keys_.account().bytes, keys_.device().bytes)) {
    channel_->start([this](Envelope envelope) {
      if (session_ && session_->on_response(envelope.blob).ok()) answered_.set_value();
    });
  }
  ~BareCaller() { channel_->stop(); }

  void dial(const signaling::CallId& call) {
    session_.emplace(signaling::CallSession::dial(keys_, callee_, call, signaling::CallKind::kVideo, wall_now(),
                                                  system_random(), "your bank")
                         .value());
    ASSERT_TRUE(channel_->send({callee_.account.bytes, callee_.device.bytes, session_->init()}).ok());
  }
  bool wait_for_answer() { return answered_.get_future().wait_for(kGuard) == std::future_status::ready; }
  AccountId account() const { return keys_.account().bytes; }

 private:
  signaling::DeviceIdentity keys_;
  signaling::Contact callee_;
  std::unique_ptr<SignalingChannel> channel_;
  std::optional<signaling::CallSession> session_;
  std::promise<void> answered_;
};

class Strangers : public ::testing::Test {
 protected:
  std::unique_ptr<TestDevice> make_bob(StrangerCalls strangers, std::vector<IceServer> servers = {}) {
    const Identity identity = Identity::create();
    bobs_channel_ = std::make_shared<TappedChannel>(hub_, identity.account(), identity.device());
    return std::make_unique<TestDevice>(identity, bobs_channel_,
                                        [&](EngineOptions& options, engine::InternalOptions& internal) {
                                          options.stranger_calls = strangers;
                                          options.ice_servers = std::move(servers);
                                          internal.offer_timeout = std::chrono::milliseconds(200);
                                        });
  }
  /// A contact of Bob's calls: all that was sent to him before has been dealt with.
  void let_a_contact_call(TestDevice& bob) {
    carol_.know(bob);
    bob.reset();
    contacts_call_ = carol_.dial(bob).value();
    const auto ringing = bob.wait_for_incoming();
    ASSERT_TRUE(ringing);
    ASSERT_EQ(ringing->peer(), carol_.identity().account());
  }

  InProcessHub hub_;
  std::shared_ptr<TappedChannel> bobs_channel_;
  TestDevice carol_{hub_};
  std::shared_ptr<Call> contacts_call_;
};

TEST_F(Strangers, AreNotedAndLearnNothingByDefault) {
  const auto bob = make_bob(StrangerCalls::kContactsOnly);
  BareCaller mallory(hub_, *bob);
  mallory.dial({{1}});
  let_a_contact_call(*bob);
  EXPECT_EQ(bobs_channel_->sent_to(mallory.account()), 0);
  const auto requests = bob->engine().contacts().requests();
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_EQ(requests[0].account, mallory.account());
  EXPECT_EQ(requests[0].name_hint, "your bank");
}

TEST_F(Strangers, WhoAreBlockedAreNotEvenNoted) {
  const auto bob = make_bob(StrangerCalls::kAllowed);
  TestDevice alice(hub_);
  alice.know(*bob);
  ASSERT_TRUE(bob->engine().contacts().block(alice.identity().account()).ok());
  const auto call = alice.dial(*bob);
  ASSERT_TRUE(call.ok());
  let_a_contact_call(*bob);
  EXPECT_EQ(bobs_channel_->sent_to(alice.identity().account()), 0);
  EXPECT_TRUE(bob->engine().contacts().requests().empty());
}

TEST_F(Strangers, RingWithoutAnAnswerAnAddressOrASocket) {
  const auto bob = make_bob(StrangerCalls::kAllowed);
  BareCaller mallory(hub_, *bob);
  const int before = open_sockets();
  mallory.dial({{1}});
  const auto ringing = bob->wait_for_incoming();
  ASSERT_TRUE(ringing);
  EXPECT_FALSE(ringing->peer_known());
  EXPECT_EQ(ringing->name(), "\"your bank\" (unverified)");
  EXPECT_EQ(ringing->state(), CallState::kRinging);
  EXPECT_EQ(bobs_channel_->sent_to(mallory.account()), 0);
  EXPECT_EQ(open_sockets(), before);
  ASSERT_TRUE(ringing->decline().ok());
  CallWatch watch(ringing);
  ASSERT_TRUE(watch.wait_for(CallState::kEnded));
  EXPECT_EQ(bobs_channel_->sent_to(mallory.account()), 0) << "a declined stranger sees what a silent device shows";
}

TEST_F(Strangers, WhoDoNotProveThemselvesAfterTheAcceptGetNeitherMicrophoneNorSocket) {
  const auto bob = make_bob(StrangerCalls::kAllowed);
  BareCaller mallory(hub_, *bob);
  const int before = open_sockets();
  mallory.dial({{1}});
  const auto ringing = bob->wait_for_incoming();
  ASSERT_TRUE(ringing);
  CallWatch watch(ringing);
  ASSERT_TRUE(ringing->accept(bob->media()).ok());
  ASSERT_TRUE(mallory.wait_for_answer());
  ASSERT_TRUE(watch.wait_for(CallState::kEnded));
  EXPECT_EQ(ringing->end_reason(), EndReason::kPeerGone);
  EXPECT_EQ(bob->capture().starts(), 0);
  EXPECT_EQ(open_sockets(), before);
  EXPECT_EQ(bobs_channel_->sent(BlobKind::kResponse), 1);
  EXPECT_EQ(bobs_channel_->sent(BlobKind::kData), 0);
}

TEST_F(Strangers, WhoDialAgainGoOnRingingAsOneCall) {
  const auto bob = make_bob(StrangerCalls::kAllowed);
  BareCaller mallory(hub_, *bob);
  mallory.dial({{1}});
  const auto ringing = bob->wait_for_incoming();
  ASSERT_TRUE(ringing);
  bob->reset();
  mallory.dial({{1}});
  let_a_contact_call(*bob);
  EXPECT_EQ(ringing->state(), CallState::kRinging);
  ASSERT_TRUE(ringing->accept(bob->media()).ok());
  EXPECT_TRUE(mallory.wait_for_answer()) << "on the newer session";
}

TEST_F(Strangers, RingingDoesNotKeepAContactOut) {
  const auto bob = make_bob(StrangerCalls::kAllowed);
  BareCaller mallory(hub_, *bob);
  mallory.dial({{1}});
  ASSERT_TRUE(bob->wait_for_incoming());
  let_a_contact_call(*bob);
  CallWatch watch(contacts_call_);
  EXPECT_TRUE(watch.wait_for(CallState::kRinging));
}

/// A whole call with an engine at the stranger's end, too.
class StrangersCall : public Strangers {
 protected:
  void dial(TestDevice& bob) {
    ASSERT_TRUE(alice_.engine().add_contact(bob.identity().bundle()).ok());
    outgoing_ = alice_.dial(bob).value();
    incoming_ = bob.wait_for_incoming();
    ASSERT_TRUE(incoming_);
  }

  TestDevice alice_{hub_};
  std::shared_ptr<Call> outgoing_;
  std::shared_ptr<Call> incoming_;
};

TEST_F(StrangersCall, IsACallLikeAnyOtherOnceTheUserHasAddedTheStranger) {
  const auto bob = make_bob(StrangerCalls::kAllowed);
  dial(*bob);
  ASSERT_TRUE(bob->engine().contacts().add_stranger(incoming_->peer(), "alice").ok());
  CallWatch at_alice(outgoing_);
  CallWatch at_bob(incoming_);
  EXPECT_EQ(outgoing_->state(), CallState::kDialing) << "nothing was answered";
  ASSERT_TRUE(incoming_->accept(bob->media()).ok());
  ASSERT_TRUE(at_alice.wait_for_frames(5));
  ASSERT_TRUE(at_bob.wait_for_frames(5));
  EXPECT_EQ(outgoing_->state(), CallState::kActive);
  EXPECT_EQ(incoming_->statistics().security.sas_symbols, outgoing_->statistics().security.sas_symbols);
}

TEST_F(StrangersCall, EndsWhereThereIsNoRelayToHideBehind) {
  const auto bob = make_bob(StrangerCalls::kAllowed);
  dial(*bob);
  CallWatch at_alice(outgoing_);
  CallWatch at_bob(incoming_);
  ASSERT_TRUE(incoming_->accept(bob->media()).ok());
  ASSERT_TRUE(at_bob.wait_for(CallState::kEnded));
  EXPECT_EQ(incoming_->end_reason(), EndReason::kNoRelay);
  EXPECT_EQ(bob->capture().starts(), 0);
  ASSERT_TRUE(at_alice.wait_for(CallState::kEnded));
  EXPECT_EQ(outgoing_->end_reason(), EndReason::kPathFailed);
}

IceServer relay_of(const TurnServer& turn) {
  return {IceServer::Kind::kTurnUdp, "127.0.0.1", turn.port(), kTurnUser, kTurnPassword};
}

TEST_F(StrangersCall, GoesThroughRelaysAlone) {
  if (!TurnServer::available()) GTEST_SKIP() << "coturn is not installed";
  const TurnServer turn;
  const auto bob = make_bob(StrangerCalls::kAllowed, {relay_of(turn)});
  dial(*bob);
  CallWatch at_alice(outgoing_);
  CallWatch at_bob(incoming_);
  ASSERT_TRUE(incoming_->accept(bob->media()).ok());
  ASSERT_TRUE(at_alice.wait_for_frames(5));
  ASSERT_TRUE(at_bob.wait_for_frames(5));
  EXPECT_EQ(incoming_->statistics().path.local_candidate_type, "relay");
  EXPECT_EQ(outgoing_->statistics().path.remote_candidate_type, "relay");
}

TEST_F(StrangersCall, ContactWhoseUserHidesTheAddressIsReachedThroughRelaysAlone) {
  if (!TurnServer::available()) GTEST_SKIP() << "coturn is not installed";
  const TurnServer turn;
  const auto bob = make_bob(StrangerCalls::kContactsOnly, {relay_of(turn)});
  alice_.know(*bob);
  ASSERT_TRUE(bob->engine().contacts().set_hide_address(alice_.identity().account(), true).ok());
  dial(*bob);
  CallWatch at_alice(outgoing_);
  CallWatch at_bob(incoming_);
  ASSERT_TRUE(incoming_->accept(bob->media()).ok());
  ASSERT_TRUE(at_alice.wait_for_frames(5));
  ASSERT_TRUE(at_bob.wait_for_frames(5));
  EXPECT_TRUE(incoming_->peer_known());
  EXPECT_EQ(incoming_->statistics().path.local_candidate_type, "relay");
  EXPECT_EQ(outgoing_->statistics().path.remote_candidate_type, "relay");
}

}  // namespace
}  // namespace sotto::test
