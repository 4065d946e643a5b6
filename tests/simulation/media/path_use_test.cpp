// What a call makes of a path: how soon and how well it uses it, and how long the queue is that it makes there. The
// encoder is a model (see ModelEncoder), everything below it is the real thing, the network is emulated. SOTTO_SEEDS
// tries other chances than the usual ones.
#include <gtest/gtest.h>

#include "seeds.hpp"

namespace sotto::simulation {
namespace {

constexpr Duration kNever = 1h;

TEST(PathUse, AnOpenPathGivesVideoAllOfItsRateWithinATenthOfASecondAndARoundTrip) {
  for (const auto& [network, round_trip] :
       {std::pair("delay=1ms", 2ms), {"delay=25ms", 50ms}, {"delay=100ms", 200ms}}) {
    on_each_seed(network, 3s, [limit = 100ms + round_trip](const CallRecord& call, Expectations& expect) {
      // Samples are a tenth of a second apart.
      expect.at_most("start", call.reached(DataRate::kbps(2700)).value_or(kNever), limit + 100ms);
      expect.at_least("video target", call.samples.back().video_target, DataRate::kbps(2500));
      expect.at_most("padding", static_cast<double>(call.alice.padding_bytes_sent), 0);
    });
  }
}

TEST(PathUse, OnAnOpenPathPicturesDoNotWait) {
  on_each_seed("delay=25ms", 20s, [](const CallRecord& call, Expectations& expect) {
    expect.at_most("latency p95", call.latency_percentile(0.95, 1s, 20s), Duration(25ms));
    expect.at_most("dropped", static_cast<double>(call.alice.pacer_dropped_packets), 0);
    expect.at_most("key frames", call.key_frames, 1);
  });
}

struct Link {
  const char* name;
  const char* network;
  DataRate rate;
};

class ThinLink : public ::testing::TestWithParam<Link> {};

TEST_P(ThinLink, IsFoundWithinThreeSecondsWithoutALongQueue) {
  on_each_seed(GetParam().network, 3s, [](const CallRecord& call, Expectations& expect) {
    expect.at_least("rate", call.delivered(2s, 3s), GetParam().rate * 0.8);
    // The first picture alone is 270 ms on the thinnest of these.
    expect.at_most("queue p95", call.queue_percentile(0.95, 1500ms, 3s), Duration(100ms));
    expect.at_most("longest queue", call.longest_queue(0s, 3s), Duration(290ms));
  });
}

TEST_P(ThinLink, IsUsedWithAShortQueueAndSmoothPictures) {
  on_each_seed(GetParam().network, 60s, [](const CallRecord& call, Expectations& expect) {
    expect.at_least("rate", call.delivered(5s, 60s), GetParam().rate * 0.87);
    expect.at_most("queue p50", call.queue_percentile(0.5, 5s, 60s), Duration(35ms));
    expect.at_most("queue p95", call.queue_percentile(0.95, 5s, 60s), Duration(70ms));
    expect.at_least("pictures per second", call.pictures_per_second(5s, 60s), 28);
    expect.at_most("frozen", call.frozen(5s, 60s), Duration(500ms));
    expect.at_most("sound late p95", call.audio_percentile(0.95, 5s, 60s) - call.audio_percentile(0, 5s, 60s),
                   Duration(75ms));
  });
}

INSTANTIATE_TEST_SUITE_P(Links, ThinLink,
                         ::testing::Values(Link{"R300k", "rate=300k,delay=25ms", DataRate::kbps(300)},
                                           Link{"R500k", "rate=500k,delay=25ms", DataRate::kbps(500)},
                                           Link{"R1M", "rate=1M,delay=25ms", DataRate::kbps(1000)},
                                           Link{"R1MFar", "rate=1M,delay=100ms", DataRate::kbps(1000)},
                                           Link{"R1MDeepQueue", "rate=1M,delay=25ms,queue=2s", DataRate::kbps(1000)},
                                           Link{"R2500k", "rate=2.5M,delay=25ms", DataRate::kbps(2500)}),
                         [](const auto& parameter) { return parameter.param.name; });

TEST(PathUse, ALinkOf2500kIsKnownToNineTenthsWithinThreeSecondsWithAtMost100MillisecondsOfQueue) {
  on_each_seed("rate=2.5M,delay=25ms", 3s, [](const CallRecord& call, Expectations& expect) {
    expect.at_most("start", call.reached(DataRate::kbps(2250)).value_or(kNever), Duration(3s));
    expect.at_least("rate", call.delivered(1s, 3s), DataRate::kbps(2000));
    expect.at_most("longest queue", call.longest_queue(0s, 3s), Duration(100ms));
  });
}

TEST(PathUse, AfterADropToAFifthTheQueueIsShortWithinTwoSecondsAndTheLinkIsUsed) {
  on_each_seed("rate=2.5M,delay=25ms; 20s: rate=500k", 40s, [](const CallRecord& call, Expectations& expect) {
    expect.at_most("queue long until", call.queue_above_until(100ms, 20s, 25s), Duration(22s));
    expect.at_most("queue p95", call.queue_percentile(0.95, 22s, 40s), Duration(100ms));
    expect.at_most("sound late p95", call.audio_percentile(0.95, 22s, 40s) - call.audio_percentile(0, 22s, 40s),
                   Duration(100ms));
    expect.at_least("rate", call.delivered(22s, 40s), DataRate::kbps(430));
    expect.at_most("frozen", call.frozen(20s, 40s), Duration(1s));
    expect.at_most("longest latency", call.latency_percentile(1, 20s, 40s), Duration(600ms));
    expect.at_least("pictures per second", call.pictures_per_second(23s, 40s), 27);
  });
}

TEST(PathUse, ALinkThatComesBackIsUsedWithinFiveSeconds) {
  on_each_seed("rate=500k,delay=25ms; 20s: rate=2.5M", 40s, [](const CallRecord& call, Expectations& expect) {
    expect.at_least("rate", call.delivered(25s, 40s), DataRate::kbps(2000));
    expect.at_most("back", call.reached(DataRate::kbps(2000), 20s).value_or(kNever), Duration(25s));
  });
}

class RandomLoss : public ::testing::TestWithParam<double> {};

TEST_P(RandomLoss, OfAnOpenPathCostsNoRate) {
  on_each_seed("delay=25ms,loss=" + std::to_string(GetParam()), 30s, [](const CallRecord& call, Expectations& expect) {
    // What leaves the encoder, and its repairs: at thirty per cent 1.5 times as much.
    expect.at_least("video target", call.mean_video_target(10s, 30s), DataRate::kbps(2200));
    expect.at_least("target", call.mean_target(5s, 30s), DataRate::kbps(3500));
    expect.at_most("sent", call.delivered(5s, 30s) * (1 / (1 - GetParam())), DataRate::kbps(4700));
  });
}

INSTANTIATE_TEST_SUITE_P(Parts, RandomLoss, ::testing::Values(0.01, 0.05, 0.1, 0.2, 0.3), [](const auto& parameter) {
  return std::to_string(static_cast<int>(parameter.param * 100 + 0.5)) + "PerCent";
});

TEST(PathUse, RandomLossOnAThinLinkIsNotTakenForCongestion) {
  on_each_seed("rate=1M,delay=25ms,loss=5%", 60s, [](const CallRecord& call, Expectations& expect) {
    expect.at_least("target", call.mean_target(5s, 60s), DataRate::kbps(780));
    expect.at_most("queue p95", call.queue_percentile(0.95, 5s, 60s), Duration(110ms));
  });
}

TEST(PathUse, AFifthLostOnALinkThatIsAlsoTheLimitLeavesMostOfIt) {
  on_each_seed("rate=2.5M,delay=25ms,loss=20%", 60s, [](const CallRecord& call, Expectations& expect) {
    expect.at_least("target", call.mean_target(10s, 60s), DataRate::kbps(1500));
  });
}

TEST(PathUse, LossInBurstsIsNotTakenForCongestion) {
  on_each_seed("delay=25ms,burst=10%/5", 40s, [](const CallRecord& call, Expectations& expect) {
    expect.at_least("video target", call.mean_video_target(5s, 40s), DataRate::kbps(1700));
    expect.at_least("target", call.mean_target(5s, 40s), DataRate::kbps(2500));
  });
}

TEST(PathUse, ABottleneckWithoutAQueueWorthTheNameDoesNotDrownInItsLosses) {
  on_each_seed("rate=1M,delay=25ms,queue=20ms", 60s, [](const CallRecord& call, Expectations& expect) {
    expect.at_most("lost", static_cast<double>(call.link.lost()) / static_cast<double>(call.link.sent), 0.4);
    expect.at_least("rate", call.delivered(5s, 60s), DataRate::kbps(600));
  });
}

TEST(PathUse, JitterAloneLeavesMostOfTheRate) {
  for (const char* network : {"delay=50ms,jitter=30ms", "delay=50ms,jitter=30ms,overtaking=yes"}) {
    on_each_seed(network, 60s, [](const CallRecord& call, Expectations& expect) {
      expect.at_least("target", call.mean_target(10s, 60s), DataRate::kbps(2500));
      expect.at_most("latency p95", call.latency_percentile(0.95, 10s, 60s), Duration(120ms));
    });
  }
}

TEST(PathUse, AfterABlackoutTheRateIsThereAgainAtOnce) {
  on_each_seed("delay=25ms,blackout=10s+3s", 20s, [](const CallRecord& call, Expectations& expect) {
    expect.at_least("rate", call.delivered(14s, 20s), DataRate::kbps(2300));
    expect.at_most("frozen", call.frozen(13500ms, 20s), Duration(500ms));
  });
}

TEST(PathUse, KeepsItsEstimateWhileTheEncoderSendsLess) {
  on_each_seed({.network = "rate=2M,delay=25ms", .length = 60s, .demand = 0.3},
               [](const CallRecord& call, Expectations& expect) {
                 expect.at_least("target", call.mean_target(10s, 60s), DataRate::kbps(1000));
                 expect.at_most("longest queue", call.longest_queue(5s, 60s), Duration(120ms));
               });
}

TEST(PathUse, GetsAQuarterOfItsShareBesideADownloadAtTheLeast) {
  for (const char* network : {"rate=2M,delay=25ms,queue=100ms", "rate=2M,delay=25ms,queue=300ms"}) {
    on_each_seed({.network = network, .length = 70s, .download_at = 5s},
                 [](const CallRecord& call, Expectations& expect) {
                   expect.at_least("rate", call.delivered(10s, 70s), DataRate::kbps(250));
                   expect.at_least("download", static_cast<double>(call.download_bytes) * 8 / 65 / 1000, 250);
                 });
  }
}

TEST(PathUse, GetsAQuarterOfItsShareBesideAnotherCallAtTheLeastAndLeavesItAsMuch) {
  on_each_seed({.network = "rate=2M,delay=25ms", .length = 70s, .second_call_at = 5s},
               [](const CallRecord& call, Expectations& expect) {
                 expect.at_least("rate", call.delivered(10s, 70s), DataRate::kbps(250));
                 expect.at_least("the other's", static_cast<double>(call.second_call_bytes) * 8 / 65 / 1000, 250);
                 expect.at_most("queue p95", call.queue_percentile(0.95, 10s, 70s), Duration(250ms));
               });
}

TEST(PathUse, TheSameSeedGivesTheSameCall) {
  const MediaScenario scenario{.network = "rate=1M,delay=25ms,jitter=5ms,loss=3%", .length = 10s, .seed = 9};
  const CallRecord first = simulate(scenario);
  const CallRecord second = simulate(scenario);
  EXPECT_EQ(first.queue, second.queue);
  EXPECT_EQ(first.queue_at, second.queue_at);
  EXPECT_EQ(first.audio_delays, second.audio_delays);
}

}  // namespace
}  // namespace sotto::simulation
