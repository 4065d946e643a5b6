// Two people call each other at about the same moment.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/simulation/simulated_call.hpp"
#include "replay.hpp"

namespace sotto::simulation {
namespace {

using testing::IsEmpty;

bool is_active(const SimulatedDevice& device) {
  return device.call() != nullptr && device.call()->state() == CallState::kActive;
}

bool hears_and_sees(const SimulatedDevice& device) {
  if (!is_active(device)) return false;
  const CallTimeline timeline = device.call()->statistics().timeline;
  return timeline.first_audio && timeline.first_video;
}

/// Alice dials, and Bob that much later, or earlier.
void dial_both(SimulatedCall& call, Duration bob_later) {
  const Timestamp now = call.machine().now();
  const Timestamp alice = now + std::max<Duration>(-bob_later, Duration::zero());
  const Timestamp bob = now + std::max<Duration>(bob_later, Duration::zero());
  call.machine().at(alice, [&call] { call.alice().dial(call.bob()); });
  call.machine().at(bob, [&call] { call.bob().dial(call.alice()); });
}

/// One call came of it, which lasts until somebody hangs up.
void expect_one_call(SimulatedCall& call, bool alice_hangs_up) {
  ASSERT_TRUE(
      call.run_until([&] { return hears_and_sees(call.alice()) && hears_and_sees(call.bob()); }, Duration(60s)));
  call.run(12s);  // what crossed and was answered has been given up by now, too
  ASSERT_TRUE(is_active(call.alice()) && is_active(call.bob()));
  EXPECT_FALSE(call.alice().call()->incoming());
  EXPECT_FALSE(call.bob().call()->incoming());
  EXPECT_EQ(call.alice().call()->statistics().security.sas_symbols,
            call.bob().call()->statistics().security.sas_symbols);
  (alice_hangs_up ? call.alice() : call.bob()).call()->hang_up();
  call.rest();
  EXPECT_EQ(call.alice().call()->end_reason(), alice_hangs_up ? EndReason::kHungUp : EndReason::kPeerHungUp);
  EXPECT_EQ(call.bob().call()->end_reason(), alice_hangs_up ? EndReason::kPeerHungUp : EndReason::kHungUp);
  EXPECT_THAT(call.faults(), IsEmpty());
}

TEST(Crossing, OfCallsAtAnyMomentBecomesOneCallThatNobodyIsAskedAbout) {
  for (const Duration delay : {Duration(1ms), Duration(20ms), Duration(100ms)}) {
    // From "hers rings at his device when he dials" to "his rings at hers": ringing takes three traversals.
    for (Duration later = -4 * delay; later <= 4 * delay; later += delay / 2) {
      for (uint64_t seed = 1; seed <= 2; ++seed) {
        SCOPED_TRACE(replay(seed) + ", delay " + std::to_string(delay.count()) + " us, Bob " +
                     std::to_string(later.count()) + " us later");
        SimulatedCall call({.network = "delay=" + std::to_string(delay.count()) + "us",
                            .signaling = {.delay = delay},
                            .seed = seed,
                            .trace = trace()});
        dial_both(call, later);
        expect_one_call(call, seed == 1);
        if (std::chrono::abs(later) < 3 * delay) {
          EXPECT_EQ(call.alice().rings() + call.bob().rings(), 0);
        }
      }
    }
  }
}

TEST(Crossing, BecomesOneCallThroughAServerThatLosesDelaysDoublesAndMixesUp) {
  const Seeds seeds(60);
  for (uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
    SCOPED_TRACE(replay(seed));
    SeededRandom random(seed);
    const SignalingProfile server{.delay = Duration(random.u32() % 200'000),
                                  .dropped = random.u32() % 25 / 100.0,
                                  .duplicated = random.u32() % 30 / 100.0,
                                  .overtaking = Duration(1 + random.u32() % 400'000)};
    SimulatedCall call({.network = "delay=30ms,loss=3%", .signaling = server, .seed = seed, .trace = trace()});
    dial_both(call, Duration(static_cast<int64_t>(random.u32() % 2'000'000) - 1'000'000));
    expect_one_call(call, seed % 2 == 0);
  }
}

TEST(Crossing, ConnectsAtOnceAsIfTheDialWereTheAccept) {
  SimulatedCall call({.network = "delay=50ms", .signaling = {.delay = 50ms}, .trace = trace()});
  dial_both(call, 0ms);
  ASSERT_TRUE(call.run_until([&] { return hears_and_sees(call.alice()) && hears_and_sees(call.bob()); }, 2s));
  // Handshake, offer and path: nobody waits for a person.
  EXPECT_LE(*call.alice().call()->statistics().timeline.first_audio - *call.alice().consented(), 700ms);
  EXPECT_EQ(call.alice().microphone().starts(), 1);
  EXPECT_EQ(call.bob().microphone().starts(), 1) << "what is open stays open";
}

TEST(Crossing, ACallThatRingsIsAcceptedByCallingBack) {
  SimulatedCall call({.network = "delay=20ms", .signaling = {.delay = 20ms}, .trace = trace()});
  call.dial();
  std::optional<EndReason> rang;
  call.bob().on_ringing([&] {
    call.bob().call()->on_state([&, ringing = call.bob().call()](CallState state) {
      if (state == CallState::kEnded) rang = ringing->end_reason();
    });
  });
  call.run(3s);
  ASSERT_EQ(call.bob().rings(), 1);
  const auto ringing = call.bob().keep_call();
  call.bob().dial(call.alice());
  call.run(3s);
  EXPECT_TRUE(hears_and_sees(call.alice()) && hears_and_sees(call.bob()));
  EXPECT_EQ(rang, EndReason::kCrossed);
  EXPECT_EQ(ringing->state(), CallState::kEnded);
  EXPECT_EQ(call.alice().rings(), 0);
  call.bob().call()->hang_up();
  call.rest();
  EXPECT_EQ(call.alice().call()->end_reason(), EndReason::kPeerHungUp);
  EXPECT_THAT(call.faults(), IsEmpty());
}

TEST(Crossing, WhatIsCancelledMeanwhileIsNoConsent) {
  const Seeds seeds(8);
  for (uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
    // Bob gives up at each step of the way.
    for (Duration after = 0ms; after <= 200ms; after += 10ms) {
      SCOPED_TRACE(replay(seed) + ", after " + std::to_string(after.count()) + " us");
      SimulatedCall call({.network = "delay=20ms", .signaling = {.delay = 20ms}, .seed = seed, .trace = trace()});
      dial_both(call, 0ms);
      call.machine().after(after, [&] { call.bob().call()->hang_up(); });
      call.run(5s);
      ASSERT_EQ(call.bob().rings() == 0, call.bob().call()->state() == CallState::kEnded);
      if (call.bob().rings() > 0) {
        // Hers came when his was over: it rings, and asks.
        ASSERT_EQ(call.bob().call()->state(), CallState::kRinging);
        EXPECT_EQ(call.watch().counts(1).rtp, 0u);
        call.bob().call()->hang_up();
      }
      call.run(60s);
      call.alice().call()->hang_up();
      call.rest();
      EXPECT_THAT(call.faults(), IsEmpty());
    }
  }
}

}  // namespace
}  // namespace sotto::simulation
