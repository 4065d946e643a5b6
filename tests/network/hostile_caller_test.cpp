// What a contact that does not keep to the protocol can and cannot do to a device: it speaks the handshake by itself.
#include <gtest/gtest.h>

#include <future>

#include "base/random.hpp"
#include "engine/media_negotiation.hpp"
#include "signaling/handshake/call_session.hpp"
#include "signaling/identity/contact.hpp"
#include "tests/network/test_device.hpp"

namespace sotto::test {
namespace {

/// Random, but for the 16 bytes of a session id.
class FixedSessionId : public RandomSource {
 public:
  explicit FixedSessionId(uint8_t id) : id_(id) {}
  void fill(MutableByteView out) override {
    system_random().fill(out);
    if (out.size() == 16) std::fill(out.begin(), out.end(), id_);
  }

 private:
  uint8_t id_;
};

/// A contact of Bob's without an engine.
class HostileCaller {
 public:
  HostileCaller(InProcessHub& hub, TestDevice& victim)
      : keys_(signaling::DeviceIdentity::create(system_random(), wall_now())),
        victim_(signaling::verify_bundle(victim.identity().bundle(), wall_now()).value()),
        channel_(hub.connect(keys_.account().bytes, keys_.device().bytes)) {
    EXPECT_TRUE(victim.engine().add_contact(keys_.bundle()).ok());
    channel_->start([this](Envelope envelope) {
      if (session_ && session_->on_response(envelope.blob).ok()) answered_.set_value();
    });
  }
  ~HostileCaller() { channel_->stop(); }

  void dial(uint8_t session_id) {
    FixedSessionId random(session_id);
    session_.emplace(signaling::CallSession::dial(keys_, victim_, {random.bytes<16>()}, signaling::CallKind::kVideo,
                                                  wall_now(), random)
                         .value());
    send(session_->init());
  }
  bool wait_for_answer() { return answered_.get_future().wait_for(kGuard) == std::future_status::ready; }
  void offer() {
    signaling::Offer offer;
    offer.ice = {"ufrg", "apasswordof22characters"};
    offer.media = engine::make_offer({true, true, true, true}, system_random());
    send(session_->seal(offer).value());
  }

 private:
  void send(const Bytes& blob) {
    ASSERT_TRUE(channel_->send({victim_.account.bytes, victim_.device.bytes, blob}).ok());
  }

  signaling::DeviceIdentity keys_;
  signaling::Contact victim_;
  std::unique_ptr<SignalingChannel> channel_;
  std::optional<signaling::CallSession> session_;
  std::promise<void> answered_;
};

class HostileCallerTest : public ::testing::Test {
 protected:
  /// A call of an honest contact arrives: all that was sent before, over the same hub in order, has been dealt with.
  std::shared_ptr<Call> honest_call_arrives() {
    alice_.know(bob_);
    bob_.reset();
    auto call = alice_.dial(bob_);
    outgoing_ = call ? *call : nullptr;
    return bob_.wait_for_incoming();
  }

  InProcessHub hub_;
  TestDevice alice_{hub_};
  TestDevice bob_{hub_};
  std::shared_ptr<Call> outgoing_;
};

TEST_F(HostileCallerTest, InitWithTheSessionIdOfARunningCallChangesNothing) {
  HostileCaller mallory(hub_, bob_);
  mallory.dial(7);
  ASSERT_TRUE(mallory.wait_for_answer());
  mallory.offer();
  const auto ringing = bob_.wait_for_incoming();
  ASSERT_TRUE(ringing);
  HostileCaller other(hub_, bob_);
  other.dial(7);
  // An own call of Bob's, made after that, has been through the same thread.
  bob_.know(alice_);
  const auto call = bob_.dial(alice_);
  ASSERT_TRUE(call.ok());
  ASSERT_TRUE(alice_.wait_for_incoming());
  EXPECT_EQ(ringing->state(), CallState::kRinging);
}

TEST_F(HostileCallerTest, AttemptThatNeverProvesItsCallerKeepsNobodyOut) {
  HostileCaller mallory(hub_, bob_);
  mallory.dial(1);
  ASSERT_TRUE(mallory.wait_for_answer());  // and says no more
  EXPECT_TRUE(honest_call_arrives());
}

}  // namespace
}  // namespace sotto::test
