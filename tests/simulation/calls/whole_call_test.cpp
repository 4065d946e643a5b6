#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/simulation/simulated_call.hpp"
#include "replay.hpp"

namespace sotto::simulation {
namespace {

using testing::IsEmpty;

TEST(WholeCall, RingsIsAcceptedAndCarriesSoundAndPicturesUntilItIsHungUp) {
  SimulatedCall call(
      {.network = "delay=25ms", .signaling = {.delay = 25ms}, .modelled_codecs = false, .width = 160, .height = 96});
  call.run_whole(2s, 5s);

  for (SimulatedDevice* device : {&call.alice(), &call.bob()}) {
    EXPECT_GT(device->pictures_shown(), 140u);
    EXPECT_GT(device->blocks_heard(), 150u);
    EXPECT_EQ(device->call()->state(), CallState::kEnded);
  }
  EXPECT_EQ(call.alice().call()->end_reason(), EndReason::kHungUp);
  EXPECT_EQ(call.bob().call()->end_reason(), EndReason::kPeerHungUp);
  EXPECT_THAT(call.faults(), IsEmpty());
}

TEST(WholeCall, OfAnHourKeepsEveryRule) {
  SimulatedCall call(
      {.network = "rate=2M,delay=30ms,jitter=5ms,loss=1%", .signaling = {.delay = 30ms}, .trace = trace()});
  call.run_whole(2s, 1h);
  EXPECT_THAT(call.faults(), IsEmpty());
  EXPECT_EQ(call.bob().call()->end_reason(), EndReason::kPeerHungUp);
}

}  // namespace
}  // namespace sotto::simulation
