// Whole calls over a link that falls to a fifth of its rate and comes back: what the people at both ends see and hear.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "engine/simulation/simulated_call.hpp"

namespace sotto::simulation {
namespace {

constexpr const char* kNetwork = "delay=25ms,rate=2.5M,queue=300ms; 20s: rate=500k; 40s: rate=2.5M";

/// A call with pictures of 1280x720 that has come to the moment `at` of the network.
class ChangingLink : public ::testing::TestWithParam<uint64_t> {
 protected:
  void run_to(Duration at) { call_.run(begin_ + at - call_.machine().now()); }
  std::array<CallStatistics, 2> statistics() {
    return {call_.alice().call()->statistics(), call_.bob().call()->statistics()};
  }

  void SetUp() override {
    call_.bob().on_ringing([this] { call_.bob().accept(); });
    call_.dial();
  }

  SimulatedCall call_{
      {.network = kNetwork, .signaling = {.delay = 25ms}, .seed = GetParam(), .width = 1280, .height = 720}};
  const Timestamp begin_ = call_.machine().now();
};

TEST_P(ChangingLink, CostsBothAboutASecondOfPicturesAtTheMostWhenItFalls) {
  run_to(20s);
  const auto before = statistics();
  run_to(40s);
  const auto after = statistics();
  for (size_t i : {0, 1}) {
    EXPECT_LE(after[i].video.frozen_time - before[i].video.frozen_time, 1100ms);
    EXPECT_GE(after[i].video.frames_shown - before[i].video.frames_shown, 27u * 20);
    // Sound stands behind a queue of 300 ms all of a sudden: that much of it has to be made up.
    const uint64_t concealed = after[i].audio.concealed_samples - before[i].audio.concealed_samples;
    EXPECT_LE(concealed, 48u * 600);
  }
  EXPECT_THAT(call_.faults(), ::testing::IsEmpty());
}

TEST_P(ChangingLink, IsUsedAgainWithinFiveSecondsWhenItComesBackAndCostsNoPictures) {
  run_to(40s);
  const auto before = statistics();
  run_to(45s);
  for (const CallStatistics& back : statistics()) EXPECT_GE(back.path.send_target_bps, 1'900'000);
  run_to(60s);
  const auto after = statistics();
  for (size_t i : {0, 1}) {
    EXPECT_LE(after[i].video.frozen_time - before[i].video.frozen_time, 300ms);
    EXPECT_EQ(after[i].video.received_width, 1280);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ChangingLink, ::testing::Values(1, 2, 3, 4));

}  // namespace
}  // namespace sotto::simulation
