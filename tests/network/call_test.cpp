#include <gtest/gtest.h>

#include <dirent.h>

#include <cstdio>
#include <cstdlib>
#include <future>
#include <optional>

#include "tests/network/test_device.hpp"

namespace sotto::test {
namespace {

class LoopbackCall : public ::testing::Test {
 protected:
  LoopbackCall() { alice_.know(bob_); }

  /// Dials, and returns when it rings at Bob's.
  void ring() {
    auto dialed = alice_.dial(bob_);
    ASSERT_TRUE(dialed.ok()) << dialed.error().message;
    outgoing_ = *dialed;
    incoming_ = bob_.wait_for_incoming();
    ASSERT_TRUE(incoming_);
  }

  InProcessHub hub_;
  TestDevice alice_{hub_};
  TestDevice bob_{hub_};
  std::shared_ptr<Call> outgoing_;
  std::shared_ptr<Call> incoming_;
};

TEST_F(LoopbackCall, CarriesSoundAndPictureBothWaysUntilItIsHungUp) {
  ring();
  CallWatch at_alice(outgoing_);
  CallWatch at_bob(incoming_);
  ASSERT_TRUE(incoming_->accept(bob_.media()).ok());
  ASSERT_TRUE(at_alice.wait_for_frames(10));
  ASSERT_TRUE(at_bob.wait_for_frames(10));
  EXPECT_TRUE(hear(*outgoing_));
  EXPECT_TRUE(hear(*incoming_));
  EXPECT_EQ(outgoing_->state(), CallState::kActive);
  EXPECT_EQ(incoming_->state(), CallState::kActive);

  const CallStatistics a = outgoing_->statistics();
  const CallStatistics b = incoming_->statistics();
  EXPECT_EQ(a.security.handshake, "Noise_IK_25519_AESGCM_SHA256");
  EXPECT_EQ(a.security.dtls_cipher, "ECDHE-ECDSA-AES256-GCM-SHA384");
  EXPECT_EQ(a.security.srtp_profile, "SRTP_AEAD_AES_256_GCM");
  EXPECT_TRUE(a.security.keys_mixed);
  EXPECT_TRUE(a.security.peer_confirmed);
  EXPECT_TRUE(b.security.peer_confirmed);
  EXPECT_EQ(a.security.local_fingerprint, b.security.peer_fingerprint);
  EXPECT_EQ(a.security.peer_fingerprint, b.security.local_fingerprint);

  incoming_->hang_up();
  ASSERT_TRUE(at_alice.wait_for(CallState::kEnded));
  ASSERT_TRUE(at_bob.wait_for(CallState::kEnded));
  EXPECT_EQ(outgoing_->end_reason(), EndReason::kPeerHungUp);
  EXPECT_EQ(incoming_->end_reason(), EndReason::kHungUp);
}

TEST_F(LoopbackCall, WarmsThePathWhileItRingsAndOpensNothingBeforeTheAccept) {
  ring();
  // Keys are ready on both sides before anybody has accepted.
  const auto ready = [](const Call& call) { return call.statistics().timeline.media_keys_ready.has_value(); };
  const auto end = std::chrono::steady_clock::now() + kGuard;
  while ((!ready(*outgoing_) || !ready(*incoming_)) && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  ASSERT_TRUE(ready(*outgoing_));
  ASSERT_TRUE(ready(*incoming_));
  EXPECT_EQ(bob_.capture().starts(), 0) << "the callee's devices are shut";
  for (const auto& call : {outgoing_, incoming_}) {
    const CallStatistics statistics = call->statistics();
    EXPECT_EQ(statistics.audio.packets_sent, 0u);
    EXPECT_EQ(statistics.video.frames_encoded, 0u);
    EXPECT_EQ(statistics.video.packets_sent, 0u);
  }
}

TEST_F(LoopbackCall, CrossesTheNetworkThatIsEmulatedAroundItsPath) {
  TestDevice carol(
      hub_, [](EngineOptions& options, engine::InternalOptions&) { options.emulated_network = "delay=60ms,loss=5%"; });
  carol.know(bob_);
  const auto call = carol.dial(bob_);
  ASSERT_TRUE(call.ok());
  incoming_ = bob_.wait_for_incoming();
  CallWatch at_carol(*call);
  CallWatch at_bob(incoming_);
  ASSERT_TRUE(incoming_->accept(bob_.media()).ok());
  ASSERT_TRUE(at_carol.wait_for_frames(30));
  ASSERT_TRUE(at_bob.wait_for_frames(30));
  EXPECT_TRUE(hear(**call));
  EXPECT_GE(incoming_->statistics().path.round_trip_time.value(), std::chrono::milliseconds(120));
}

TEST(EmulatedNetwork, ThatIsNotUnderstoodIsRefusedByName) {
  InProcessHub hub;
  EngineOptions options{.identity = Identity::create(), .signaling = hub.connect({}, {})};
  options.emulated_network = "delay=50ms,los=5%";
  const auto engine = Engine::create(std::move(options));
  ASSERT_FALSE(engine.ok());
  EXPECT_EQ(engine.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(engine.error().message.find("\"los\""), std::string::npos) << engine.error().message;
}

TEST_F(LoopbackCall, DeclinedCallEndsOnBothSides) {
  ring();
  CallWatch at_alice(outgoing_);
  ASSERT_TRUE(incoming_->decline().ok());
  ASSERT_TRUE(at_alice.wait_for(CallState::kEnded));
  EXPECT_EQ(outgoing_->end_reason(), EndReason::kDeclined);
  EXPECT_EQ(bob_.capture().starts(), 0);
}

TEST_F(LoopbackCall, CancelledCallStopsRinging) {
  ring();
  CallWatch at_bob(incoming_);
  outgoing_->hang_up();
  ASSERT_TRUE(at_bob.wait_for(CallState::kEnded));
  EXPECT_EQ(incoming_->end_reason(), EndReason::kCancelled);
  EXPECT_FALSE(incoming_->accept(bob_.media()).ok());
  EXPECT_EQ(bob_.capture().starts(), 0);
}

TEST_F(LoopbackCall, CalleeInACallIsBusyForAThird) {
  ring();
  TestDevice carol(hub_);
  carol.know(bob_);
  auto call = carol.dial(bob_);
  ASSERT_TRUE(call.ok());
  CallWatch at_carol(*call);
  ASSERT_TRUE(at_carol.wait_for(CallState::kEnded));
  EXPECT_EQ((*call)->end_reason(), EndReason::kBusy);
  EXPECT_EQ(incoming_->state(), CallState::kRinging) << "the first call rings on";
}

TEST_F(LoopbackCall, StrangerGetsNoAnswerAtAll) {
  TestDevice eve(hub_);
  ASSERT_TRUE(eve.engine().add_contact(bob_.identity().bundle()).ok());  // she knows him, he does not know her
  auto stranger = eve.dial(bob_);
  ASSERT_TRUE(stranger.ok());
  // A contact's call, made later over the same channel in order, arrives: so the stranger's has been dealt with.
  ring();
  EXPECT_EQ(incoming_->peer(), alice_.identity().account());
  EXPECT_EQ((*stranger)->state(), CallState::kDialing);
  EXPECT_FALSE((*stranger)->statistics().timeline.handshake_done);
}

TEST_F(LoopbackCall, CalleeWithoutCameraSeesAndIsHeard) {
  ring();
  CallWatch at_alice(outgoing_);
  CallWatch at_bob(incoming_);
  CallMedia media = bob_.media();
  media.video = nullptr;
  ASSERT_TRUE(incoming_->accept(media).ok());
  ASSERT_TRUE(at_bob.wait_for_frames(5));
  EXPECT_TRUE(hear(*outgoing_));
  EXPECT_EQ(at_alice.frames(), 0);
  EXPECT_EQ(outgoing_->statistics().video.key_frame_requests_sent, 0u) << "nothing to ask for";
}

TEST_F(LoopbackCall, SoundAloneNeedsNoPicture) {
  CallMedia media = alice_.media();
  media.video = nullptr;
  media.receive_video = false;
  auto dialed = alice_.dial(bob_, media);
  ASSERT_TRUE(dialed.ok());
  incoming_ = bob_.wait_for_incoming();
  ASSERT_TRUE(incoming_);
  ASSERT_TRUE(incoming_->accept(bob_.media()).ok());
  EXPECT_TRUE(hear(**dialed));
  EXPECT_TRUE(hear(*incoming_));
  EXPECT_EQ(incoming_->statistics().video.packets_sent, 0u);
}

TEST_F(LoopbackCall, AcceptIsRefusedWhereThereIsNothingToAccept) {
  ring();
  EXPECT_FALSE(outgoing_->accept(alice_.media()).ok()) << "the caller's own call";
  ASSERT_TRUE(incoming_->accept(bob_.media()).ok());
  CallWatch at_bob(incoming_);
  ASSERT_TRUE(at_bob.wait_for(CallState::kActive));
  EXPECT_FALSE(incoming_->accept(bob_.media()).ok()) << "accepted already";
  EXPECT_FALSE(incoming_->decline().ok());
}

TEST_F(LoopbackCall, UnknownAccountIsNotDialled) {
  EXPECT_FALSE(alice_.engine().call(AccountId{}, alice_.media()).ok());
}

TEST_F(LoopbackCall, DeviceThatCallsAgainReplacesItsOldCall) {
  ring();
  const auto first = incoming_;
  CallWatch at_first(first);
  bob_.reset();
  auto again = alice_.dial(bob_);
  ASSERT_TRUE(again.ok());
  const auto second = bob_.wait_for_incoming();
  ASSERT_TRUE(second);
  ASSERT_TRUE(at_first.wait_for(CallState::kEnded));
  EXPECT_EQ(first->end_reason(), EndReason::kPeerGone);
  ASSERT_TRUE(second->accept(bob_.media()).ok());
  CallWatch at_second(second);
  EXPECT_TRUE(at_second.wait_for_frames(3));
}

TEST_F(LoopbackCall, EndedCallLetsGoOfWhatItsCallbacksHold) {
  ring();
  CallWatch at_bob(incoming_);
  const std::weak_ptr<Call> weak = outgoing_;
  std::promise<void> told;
  outgoing_->on_state([call = outgoing_, &told](CallState state) {
    if (state == CallState::kEnded) told.set_value();
  });
  outgoing_->hang_up();
  outgoing_.reset();
  ASSERT_EQ(told.get_future().wait_for(kGuard), std::future_status::ready);
  alice_.close_engine();  // the event thread is through with the callback
  EXPECT_TRUE(weak.expired());
}

TEST_F(LoopbackCall, CallMadeWhileTheEngineClosesIsRefused) {
  ring();
  Engine* const engine = &alice_.engine();
  std::optional<ErrorCode> refused;
  outgoing_->on_state([&](CallState state) {
    if (state != CallState::kEnded) return;
    const auto redialled = engine->call(bob_.identity().account(), alice_.media());
    if (!redialled) refused = redialled.error().code;
  });
  alice_.close_engine();
  EXPECT_EQ(refused, ErrorCode::kUnavailable);
}

TEST_F(LoopbackCall, EngineThatNobodyListensToDoesNotAnswer) {
  bob_.engine().on_incoming_call(nullptr);
  auto unheard = alice_.dial(bob_);
  ASSERT_TRUE(unheard.ok());
  TestDevice carol(hub_);
  alice_.know(carol);
  auto heard = alice_.dial(carol);  // later, over the same hub in order
  ASSERT_TRUE(heard.ok());
  ASSERT_TRUE(carol.wait_for_incoming());
  EXPECT_EQ((*unheard)->state(), CallState::kDialing);
  EXPECT_FALSE((*unheard)->statistics().timeline.handshake_done);
}

TEST_F(LoopbackCall, LettingTheLastHandleGoEndsTheCall) {
  ring();
  CallWatch at_bob(incoming_);
  ASSERT_TRUE(incoming_->accept(bob_.media()).ok());
  ASSERT_TRUE(at_bob.wait_for_frames(3));
  outgoing_.reset();
  ASSERT_TRUE(at_bob.wait_for(CallState::kEnded));
  EXPECT_EQ(incoming_->end_reason(), EndReason::kPeerHungUp);
}

TEST_F(LoopbackCall, CallbacksMayAskAndEndTheCallTheyComeFrom) {
  ring();
  CallWatch at_alice(outgoing_);
  incoming_->on_video([this](const VideoFrame&) {
    (void)incoming_->statistics();
    incoming_->hang_up();
  });
  ASSERT_TRUE(incoming_->accept(bob_.media()).ok());
  ASSERT_TRUE(at_alice.wait_for(CallState::kEnded));
}

/// The engine is destroyed while its call is in the state of the parameter.
class EngineGoesAway : public LoopbackCall, public ::testing::WithParamInterface<int> {};

TEST_P(EngineGoesAway, InEveryStateWithoutCrashOrHang) {
  auto dialed = alice_.dial(bob_);
  ASSERT_TRUE(dialed.ok());
  outgoing_ = *dialed;
  const int step = GetParam() / 2;
  if (step >= 1) incoming_ = bob_.wait_for_incoming();
  if (step >= 2) {
    ASSERT_TRUE(incoming_->accept(bob_.media()).ok());
  }
  if (step >= 3) {
    CallWatch at_bob(incoming_);
    ASSERT_TRUE(at_bob.wait_for_frames(3));
  }
  if (step >= 4) incoming_->hang_up();
  TestDevice& gone = GetParam() % 2 == 0 ? alice_ : bob_;
  gone.close_engine();
  EXPECT_FALSE(gone.capture().open()) << "no device stays open behind a closed engine";
  if (GetParam() % 2 == 0) {
    EXPECT_EQ(outgoing_->state(), CallState::kEnded);
    (void)outgoing_->statistics();
    outgoing_->hang_up();
  }
}

INSTANTIATE_TEST_SUITE_P(DialingRingingAcceptedActiveEnding, EngineGoesAway, ::testing::Range(0, 10));

/// One side lets its handle of the call go in the state of the parameter; the other side's call ends.
class CallHandleGoesAway : public LoopbackCall, public ::testing::WithParamInterface<int> {};

TEST_P(CallHandleGoesAway, InEveryStateAndTheOtherSideSeesTheEnd) {
  ring();
  const int step = GetParam() / 2;
  const bool caller_goes = GetParam() % 2 == 0;
  if (step >= 1) {
    ASSERT_TRUE(incoming_->accept(bob_.media()).ok());
  }
  if (step >= 2) {
    CallWatch at_bob(incoming_);
    ASSERT_TRUE(at_bob.wait_for_frames(3));
  }
  if (step >= 3) incoming_->hang_up();
  CallWatch left(caller_goes ? incoming_ : outgoing_);
  bob_.reset();  // lets go of what it keeps for wait_for_incoming
  (caller_goes ? outgoing_ : incoming_).reset();
  EXPECT_TRUE(left.wait_for(CallState::kEnded));
}

INSTANTIATE_TEST_SUITE_P(RingingAcceptedActiveEnding, CallHandleGoesAway, ::testing::Range(0, 8));

int open_files() {
  int count = 0;
  DIR* directory = opendir("/proc/self/fd");
  while (readdir(directory) != nullptr) ++count;
  closedir(directory);
  return count;
}

long resident_kilobytes() {
  long pages = 0;
  long resident = 0;
  FILE* file = std::fopen("/proc/self/statm", "r");
  if (std::fscanf(file, "%ld %ld", &pages, &resident) != 2) resident = 0;
  std::fclose(file);
  return resident * 4;
}

TEST_F(LoopbackCall, HundredCallsOneAfterTheOtherLeaveNoFilesAndNoMemoryBehind) {
  const auto one_call = [this] {
    bob_.reset();
    ring();
    CallWatch at_alice(outgoing_);
    CallWatch at_bob(incoming_);
    ASSERT_TRUE(incoming_->accept(bob_.media()).ok());
    ASSERT_TRUE(at_alice.wait_for_frames(1));
    ASSERT_TRUE(at_bob.wait_for_frames(1));
    outgoing_->hang_up();
    ASSERT_TRUE(at_bob.wait_for(CallState::kEnded));
    ASSERT_TRUE(at_alice.wait_for(CallState::kEnded));
  };
  const auto settle = [] { std::this_thread::sleep_for(std::chrono::seconds(1)); };  // the calls' farewells
  for (int i = 0; i < 10; ++i) one_call();
  settle();
  const int files = open_files();
  const long memory = resident_kilobytes();
  const int calls = std::getenv("SOTTO_SOAK") != nullptr ? 1000 : 100;
  for (int i = 0; i < calls; ++i) one_call();
  settle();
  EXPECT_LE(open_files(), files);
  // Sanitizers keep freed memory on purpose.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LE(resident_kilobytes(), memory + 8 * 1024);
#else
  (void)memory;
#endif
}

}  // namespace
}  // namespace sotto::test
