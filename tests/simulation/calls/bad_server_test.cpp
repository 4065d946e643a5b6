// Whoever carries the envelopes loses, delays, doubles, mixes up and repeats them: calls end, for a reason, and nothing
// happens that nobody wanted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "engine/simulation/simulated_call.hpp"
#include "replay.hpp"

namespace sotto::simulation {
namespace {

using testing::AnyOf;
using testing::IsEmpty;

class BadServer : public testing::Test {
 protected:
  /// Keeps what is sent, to be injected later.
  void listen(SimulatedCall& call) {
    call.signaling().on_sent([this](int, const Envelope& envelope) { seen_.push_back(envelope); });
  }
  std::vector<Envelope> seen_;
};

TEST_F(BadServer, EndsNoCallAndMakesNothingRingTwice) {
  const Seeds seeds(25);
  for (uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
    SCOPED_TRACE(replay(seed));
    seen_.clear();
    SeededRandom random(seed);
    const SignalingProfile server{.delay = Duration(random.u32() % 300'000),
                                  .dropped = random.u32() % 30 / 100.0,
                                  .duplicated = random.u32() % 40 / 100.0,
                                  .overtaking = Duration(1 + random.u32() % 1'000'000)};
    SimulatedCall call({.network = "delay=30ms,loss=2%", .signaling = server, .seed = seed, .trace = trace()});
    listen(call);
    std::function<void()> repeat = [&] {
      call.machine().after(Duration(50'000 + random.u32() % 400'000), repeat);
      if (seen_.empty()) return;
      // To whom it was for, or back to whom it came from.
      call.signaling().inject(static_cast<int>(random.u32() % 2), seen_[random.u32() % seen_.size()]);
    };
    repeat();
    const Duration ring(random.u32() % 10'000'000);
    const bool accepts = random.u32() % 4 != 0;
    const bool declines = !accepts && random.u32() % 2 == 0;
    std::vector<std::shared_ptr<Call>> rang;
    call.bob().on_ringing([&] {
      rang.push_back(call.bob().keep_call());
      call.machine().after(ring, [&] {
        if (accepts) call.bob().accept();
        if (declines) (void)call.bob().call()->decline();
      });
    });
    call.dial();
    call.run(40s);
    const bool talked = call.alice().call()->state() == CallState::kActive;
    if (talked) {
      ASSERT_EQ(call.bob().call()->state(), CallState::kActive);
      call.run(20s);  // and nothing that the server repeats ends it
      ASSERT_EQ(call.alice().call()->state(), CallState::kActive);
      ASSERT_EQ(call.bob().call()->state(), CallState::kActive);
      call.bob().call()->hang_up();
    }
    call.run(90s);
    const EndReason alice = call.alice().call()->end_reason();
    ASSERT_LE(call.bob().rings(), 1) << "she has called once";
    if (talked) {
      EXPECT_THAT(alice, AnyOf(EndReason::kPeerHungUp, EndReason::kPeerGone));
    } else {
      EXPECT_THAT(alice, AnyOf(EndReason::kNoAnswer, EndReason::kDeclined));
    }
    if (declines && !rang.empty()) {
      EXPECT_EQ(rang[0]->end_reason(), EndReason::kDeclined);
    }
    for (const auto& ended : rang) EXPECT_EQ(ended->state(), CallState::kEnded);
    EXPECT_EQ(call.alice().rings(), 0) << "what she says is not for her";
    EXPECT_FALSE(call.alice().microphone().open() || call.bob().microphone().open());
    if (!accepts) {
      EXPECT_EQ(call.bob().microphone().starts(), 0);
    }
    EXPECT_THAT(call.faults(), IsEmpty());
  }
}

TEST_F(BadServer, ThatHoldsAnOfferOfACallBackForTwoMinutesMakesNothingRing) {
  SimulatedCall call({.network = "delay=20ms", .signaling = {.delay = 20ms}, .trace = trace()});
  listen(call);
  call.signaling().set_up(false);
  call.dial();
  call.run(50s);
  EXPECT_EQ(call.alice().call()->end_reason(), EndReason::kNoAnswer);
  ASSERT_FALSE(seen_.empty());
  const Envelope late = seen_.back();
  call.run(100s);
  call.signaling().set_up(true);
  const size_t sent = seen_.size();
  call.signaling().inject(1, late);
  call.run(20s);
  EXPECT_EQ(call.bob().rings(), 0);
  EXPECT_EQ(seen_.size(), sent) << "not even an answer";
}

TEST_F(BadServer, ThatRepeatsAWholeCallOfYesterdayMakesNothingRing) {
  SimulatedCall call({.network = "delay=20ms", .signaling = {.delay = 20ms}, .trace = trace()});
  listen(call);
  call.run_whole(1s, 3s);
  ASSERT_EQ(call.bob().rings(), 1);
  call.bob().on_ringing(nullptr);
  const std::vector<Envelope> old = seen_;
  for (const Envelope& envelope : old) {
    for (int device : {0, 1}) call.signaling().inject(device, envelope);
    call.run(100ms);
  }
  EXPECT_EQ(call.bob().rings(), 1);
  EXPECT_EQ(call.alice().rings(), 0);
  EXPECT_EQ(call.bob().microphone().starts(), 1);
}

TEST_F(BadServer, WhatArrivesAsAnEngineClosesIsNotRead) {
  SimulatedCall call({.network = "delay=20ms", .signaling = {.delay = 20ms}, .trace = trace()});
  listen(call);
  call.dial();
  call.run(1ms);
  ASSERT_EQ(seen_.size(), 1u);
  call.signaling().inject(1, seen_[0]);
  call.machine().run_next(call.machine().now());  // it is there, and its turn is next
  call.bob().close_engine();
  call.run(1s);
  EXPECT_EQ(call.bob().rings(), 0);
  EXPECT_EQ(seen_.size(), 1u);
}

TEST_F(BadServer, ACallerThatDiesWhileItRingsIsNotWaitedForLongerThanAPersonWould) {
  SimulatedCall call({.network = "delay=20ms,blackout=5s+300s", .signaling = {.delay = 20ms}, .trace = trace()});
  call.dial();
  call.run(4900ms);
  ASSERT_EQ(call.bob().call()->state(), CallState::kRinging);
  call.signaling().set_up(false);
  call.run(200ms);
  call.alice().close_engine();
  call.run(50s);
  EXPECT_EQ(call.bob().call()->state(), CallState::kRinging);
  call.run(10s);
  EXPECT_EQ(call.bob().call()->end_reason(), EndReason::kNoAnswer);
  EXPECT_EQ(call.bob().microphone().starts(), 0);
}

TEST_F(BadServer, ADeviceThatLostItsCallMayCallAgainAtOnce) {
  // She goes away in the middle of a call, unheard, and comes back before he has noticed; so it is for him.
  SimulatedCall call({.network = "delay=20ms,blackout=5s+10s", .signaling = {.delay = 20ms}, .trace = trace()});
  call.bob().on_ringing([&] { call.bob().accept(); });
  call.dial();
  call.run(4s);
  const auto first = call.bob().keep_call();
  ASSERT_EQ(first->state(), CallState::kActive);
  call.signaling().set_up(false);
  call.run(2s);
  call.alice().call()->hang_up();
  call.run(6s);
  ASSERT_EQ(first->state(), CallState::kActive) << "he has not heard of it";
  call.signaling().set_up(true);
  call.dial();
  call.run(8s);
  EXPECT_EQ(first->end_reason(), EndReason::kPeerGone);
  EXPECT_EQ(call.bob().rings(), 2);
  EXPECT_EQ(call.bob().call()->state(), CallState::kActive);
  EXPECT_EQ(call.alice().call()->state(), CallState::kActive);
}

TEST_F(BadServer, WhomADeviceCalledMayCallItAgainAtOnce) {
  // The same, but this time the one who was called calls.
  SimulatedCall call({.network = "delay=20ms,blackout=5s+10s", .signaling = {.delay = 20ms}, .trace = trace()});
  call.bob().on_ringing([&] { call.bob().accept(); });
  call.dial();
  call.run(4s);
  const auto first = call.alice().keep_call();
  ASSERT_EQ(first->state(), CallState::kActive);
  call.signaling().set_up(false);
  call.run(2s);
  call.bob().call()->hang_up();
  call.run(6s);
  ASSERT_EQ(first->state(), CallState::kActive);
  call.signaling().set_up(true);
  call.alice().on_ringing([&] { call.alice().accept(); });
  call.bob().dial(call.alice());
  call.run(8s);
  EXPECT_EQ(first->end_reason(), EndReason::kPeerGone);
  EXPECT_EQ(call.alice().rings(), 1);
  EXPECT_EQ(call.bob().call()->state(), CallState::kActive);
  EXPECT_EQ(call.alice().call()->state(), CallState::kActive);
}

}  // namespace
}  // namespace sotto::simulation
