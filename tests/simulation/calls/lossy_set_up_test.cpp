#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "engine/simulation/simulated_call.hpp"
#include "replay.hpp"

namespace sotto::simulation {
namespace {

using testing::IsEmpty;

struct Network {
  int loss_percent;
  Duration round_trip;
};

void PrintTo(const Network& network, std::ostream* out) {
  *out << network.loss_percent << " % loss, " << network.round_trip.count() / 1000 << " ms";
}

CallScenario scenario(const Network& network, uint64_t seed) {
  return {.network = "delay=" + std::to_string(network.round_trip.count() / 2) +
                     "us,loss=" + std::to_string(network.loss_percent) + "%",
          .signaling = {.delay = network.round_trip / 2, .loss = network.loss_percent / 100.0},
          .seed = seed,
          .trace = trace()};
}

TEST(SetUp, RingsAfterTwoRoundTripsAndCarriesMediaInOneTraversal) {
  constexpr Duration kRoundTrip = 100ms;
  SimulatedCall call(scenario({0, kRoundTrip}, 1));
  call.run_whole(2s, 2s);

  const CallTimeline alice = call.alice().call()->statistics().timeline;
  const CallTimeline bob = call.bob().call()->statistics().timeline;
  EXPECT_EQ(*alice.handshake_done - *alice.dialed, kRoundTrip);
  EXPECT_EQ(*bob.ringing - *alice.dialed, kRoundTrip * 3 / 2);
  EXPECT_EQ(*alice.ringing - *alice.dialed, kRoundTrip * 2);
  // ICE takes one round trip and DTLS two; the callee begins when the offer comes.
  EXPECT_LE(*alice.media_keys_ready - *alice.dialed, kRoundTrip * 5);
  EXPECT_LE(*bob.media_keys_ready - *alice.dialed, kRoundTrip * 5);
  EXPECT_EQ(*alice.accepted - *bob.accepted, kRoundTrip / 2);
  // The microphone opens with the accept, and a packet takes 20 ms to fill.
  EXPECT_LE(*alice.first_audio - *bob.accepted, kRoundTrip / 2 + 35ms);
  EXPECT_LE(*bob.first_audio - *bob.accepted, kRoundTrip);
  EXPECT_LE(*alice.first_video - *bob.accepted, kRoundTrip / 2 + 60ms);
  EXPECT_THAT(call.faults(), IsEmpty());
}

TEST(SetUp, LosesNoMediaThatComesRightBehindWhatOpensTheGate) {
  SimulatedCall call(scenario({0, 40ms}, 1));
  call.run_whole(0s, 2s);  // accepted before the keys are ready: media leaves with the last flight of the handshake
  EXPECT_EQ(call.alice().call()->statistics().path.refused, 0u);
  EXPECT_EQ(call.bob().call()->statistics().path.refused, 0u);
  EXPECT_THAT(call.faults(), IsEmpty());
}

class LossySetUp : public testing::TestWithParam<Network> {};

TEST_P(LossySetUp, EndsInACallThatBothHearAndSee) {
  const Seeds seeds(20);
  for (uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
    SCOPED_TRACE(replay(seed));
    SimulatedCall call(scenario(GetParam(), seed));
    call.bob().on_ringing([&] { call.machine().after(2s, [&] { call.bob().accept(); }); });
    call.dial();
    const auto hears_and_sees = [](const SimulatedDevice& device) {
      if (device.call() == nullptr) return false;
      const CallTimeline timeline = device.call()->statistics().timeline;
      return timeline.first_audio && timeline.first_video;
    };
    // Where one datagram in five is lost, a connectivity check may have to be repeated until it comes after 16 s.
    for (int i = 0; i < 400 && !(hears_and_sees(call.alice()) && hears_and_sees(call.bob())); ++i) call.run(100ms);
    ASSERT_TRUE(hears_and_sees(call.alice()));
    ASSERT_TRUE(hears_and_sees(call.bob()));
    call.run(2s);
    call.bob().call()->hang_up();
    call.rest();
    ASSERT_EQ(call.alice().call()->end_reason(), EndReason::kPeerHungUp);
    ASSERT_THAT(call.faults(), IsEmpty());
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, LossySetUp,
                         testing::Values(Network{0, 20ms}, Network{5, 20ms}, Network{10, 20ms}, Network{20, 20ms},
                                         Network{0, 50ms}, Network{5, 50ms}, Network{10, 50ms}, Network{20, 50ms},
                                         Network{0, 200ms}, Network{5, 200ms}, Network{10, 200ms}, Network{20, 200ms}));

}  // namespace
}  // namespace sotto::simulation
