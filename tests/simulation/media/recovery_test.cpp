// What loss on the path leaves of the pictures, and what their repair costs. Like path_use_test.cpp.
#include <gtest/gtest.h>

#include "seeds.hpp"

namespace sotto::simulation {
namespace {

struct Loss {
  const char* name;
  const char* network;
  double part;      // that is lost
  Duration frozen;  // in 40 s, at the most
  DataRate sent;    // the same
};

class Recovery : public ::testing::TestWithParam<Loss> {};

TEST_P(Recovery, LeavesPicturesMovingAtAPrice) {
  const MediaScenario scenario{.network = GetParam().network, .length = 40s, .sums = true};
  on_each_seed(scenario, [](const CallRecord& call, Expectations& expect) {
    expect.at_most("frozen", call.frozen(0s, 40s), GetParam().frozen);
    expect.at_least("pictures per second", call.pictures_per_second(0s, 40s), 28);
    expect.at_most("latency p95", call.latency_percentile(0.95, 0s, 40s), Duration(360ms));
    expect.at_most("sent", call.delivered(5s, 40s) * (1 / (1 - GetParam().part)), GetParam().sent);
    expect.at_least("video target", call.mean_video_target(5s, 40s), DataRate::kbps(2100));
    expect.at_most("key frames", call.key_frames, 4);
  });
}

INSTANTIATE_TEST_SUITE_P(Links, Recovery,
                         ::testing::Values(Loss{"Loss1", "delay=25ms,loss=1%", 0.01, 100ms, DataRate::kbps(3000)},
                                           Loss{"Loss5", "delay=25ms,loss=5%", 0.05, 250ms, DataRate::kbps(3400)},
                                           Loss{"Loss10", "delay=25ms,loss=10%", 0.1, 450ms, DataRate::kbps(3900)},
                                           Loss{"Loss20", "delay=25ms,loss=20%", 0.2, 800ms, DataRate::kbps(4600)},
                                           Loss{"Loss30", "delay=25ms,loss=30%", 0.3, 3s, DataRate::kbps(5500)},
                                           Loss{"Burst10", "delay=25ms,burst=10%/5", 0.1, 1900ms,
                                                DataRate::kbps(4200)}),
                         [](const auto& parameter) { return parameter.param.name; });

}  // namespace
}  // namespace sotto::simulation
