#include "transport/congestion/loss_monitor.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "base/random.hpp"

namespace sotto::transport {
namespace {

constexpr Timestamp kStart{1000s};
constexpr Duration kRound = 100ms;
constexpr DataSize kSize = DataSize::bytes(1000);

class LossMonitorTest : public ::testing::Test {
 protected:
  /// Sends at `rate`, or what the monitor allows if that is less; `lost` decides about each packet at that rate.
  void run(Duration time, double rate_kbps, const std::function<bool(double rate)>& lost, Duration queue = 0ms) {
    for (const Timestamp end = now_ + time; now_ < end; now_ += kRound) {
      double rate = rate_kbps;
      if (const auto limit = monitor_.limit(now_)) rate = std::min(rate, limit->kbps());
      least_rate_ = std::min(least_rate_, rate);
      last_rate_ = rate;
      const int packets = static_cast<int>(rate * to_milliseconds(kRound) / static_cast<double>(kSize.bits()));
      results_.clear();
      for (int i = 0; i < packets; ++i) {
        const SentPacket packet{.sequence = next_++, .sent = now_ + i * (kRound / packets), .size = kSize};
        const bool arrives = !lost(rate);
        results_.push_back({.packet = packet, .arrival = arrives ? std::optional(Duration()) : std::nullopt});
      }
      monitor_.on_feedback(results_, queue, now_ + kRound);
    }
  }
  bool happens(double part) { return random_.u32() % 10'000 < part * 10'000; }
  /// What a bottleneck without a queue does.
  std::function<bool(double)> policer(double capacity_kbps) {
    return [this, capacity_kbps](double rate) { return happens(1 - capacity_kbps / rate); };
  }

  SeededRandom random_{5};
  LossMonitor monitor_;
  Timestamp now_ = kStart;
  int64_t next_ = 0;
  std::vector<PacketResult> results_;
  double least_rate_ = 1e9;
  double last_rate_ = 0;
};

TEST_F(LossMonitorTest, SaysNothingWithoutLoss) {
  run(10s, 2000, [](double) { return false; });
  EXPECT_EQ(monitor_.inherent(), 0);
  EXPECT_EQ(monitor_.limit(now_), std::nullopt);
}

TEST_F(LossMonitorTest, TakesWhatIsLostFromTheBeginningForTheLinksOwn) {
  run(5s, 400, [this](double) { return happens(0.3); });
  EXPECT_NEAR(monitor_.inherent(), 0.3, 0.1);
  EXPECT_EQ(least_rate_, 400);
}

TEST_F(LossMonitorTest, DoubtsNowAndThenAndIsHardlyEverWrongAboutIt) {
  int limited = 0;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    monitor_ = LossMonitor();
    random_ = SeededRandom(seed);
    run(40s, 3000, [this](double) { return happens(0.2); });
    limited += monitor_.limit(now_) ? 1 : 0;
  }
  EXPECT_LE(limited, 2);
}

TEST_F(LossMonitorTest, FindsOutOnceThatLossIsTheLinksOwn) {
  run(1s, 2000, [](double) { return false; });
  run(5s, 2000, [this](double) { return happens(0.2); });
  EXPECT_NEAR(monitor_.inherent(), 0.2, 0.06);
  EXPECT_EQ(monitor_.limit(now_), std::nullopt);
  EXPECT_NEAR(least_rate_, 1400, 200);  // the one moment in which less was sent
  least_rate_ = 1e9;
  run(8s, 2000, [this](double) { return happens(0.2); });
  EXPECT_EQ(least_rate_, 2000);
}

TEST_F(LossMonitorTest, AsksEverMoreSeldomWhetherMuchLossStillIsTheLinksOwn) {
  run(5s, 2000, [this](double) { return happens(0.2); });
  int seconds_with_less = 0;
  for (int second = 0; second < 100; ++second) {
    least_rate_ = 1e9;
    run(1s, 2000, [this](double) { return happens(0.2); });
    seconds_with_less += least_rate_ < 2000 ? 1 : 0;
  }
  EXPECT_GE(seconds_with_less, 2);  // after 15 s, 30 s and 60 s
  EXPECT_LE(seconds_with_less, 6);
  EXPECT_NEAR(monitor_.inherent(), 0.2, 0.06);
}

TEST_F(LossMonitorTest, DoesNotSendLessForAFewPerCent) {
  run(30s, 2000, [this](double) { return happens(0.03); });
  EXPECT_EQ(least_rate_, 2000);
  EXPECT_NEAR(monitor_.inherent(), 0.03, 0.02);
}

TEST_F(LossMonitorTest, FindsTheRateOfABottleneckWithoutAQueue) {
  run(20s, 2000, policer(1000));
  EXPECT_LT(last_rate_, 1350);
  EXPECT_GT(last_rate_, 800);
  EXPECT_LT(monitor_.inherent(), 0.1);
}

TEST_F(LossMonitorTest, FindsOutThatLossWhichHasGrownBitByBitIsNotTheLinksOwn) {
  for (double capacity = 2000; capacity > 1100; capacity -= 20) run(500ms, 2000, policer(capacity));
  run(40s, 2000, policer(1100));
  EXPECT_LT(last_rate_, 1500);
  EXPECT_LT(monitor_.inherent(), 0.15);
}

TEST_F(LossMonitorTest, DoesNotTestWhereAlmostAllIsSound) {
  run(60s, 150, [this](double) { return happens(0.3); });
  EXPECT_EQ(least_rate_, 150);
  EXPECT_NEAR(monitor_.inherent(), 0.3, 0.12);
}

TEST_F(LossMonitorTest, GivesWayWhenTheBottleneckIsGone) {
  run(10s, 2000, policer(1000));
  run(20s, 2000, [](double) { return false; });
  EXPECT_EQ(last_rate_, 2000);
}

TEST_F(LossMonitorTest, LeavesLossWithAQueueToThoseWhoWatchTheQueue) {
  run(
      10s, 2000, [this](double) { return happens(0.3); }, 200ms);
  EXPECT_EQ(monitor_.inherent(), 0);
  EXPECT_EQ(monitor_.limit(now_), std::nullopt);
}

TEST_F(LossMonitorTest, DoesNotTakeAnOutageForLoss) {
  run(2s, 2000, [](double) { return false; });
  std::vector<PacketResult> outage;  // of a second, told of when it is over
  for (int i = 0; i < 250; ++i) {
    outage.push_back({.packet = {.sequence = next_++, .sent = now_ + i * 4ms, .size = kSize}, .arrival = std::nullopt});
  }
  monitor_.on_feedback(outage, 0ms, now_ += 1s);
  run(2s, 2000, [](double) { return false; });
  EXPECT_EQ(monitor_.inherent(), 0);
  EXPECT_EQ(monitor_.limit(now_), std::nullopt);
}

TEST_F(LossMonitorTest, TakesBackWhatWasOnlyLate) {
  for (int round = 0; round < 20; ++round) {
    run(kRound, 2000, [this](double) { return happens(0.2); });
    std::vector<PacketResult> late;
    for (const PacketResult& result : results_) {
      if (!result.arrival) late.push_back({.packet = result.packet, .arrival = Duration(), .was_missing = true});
    }
    monitor_.on_feedback(late, 0ms, now_);
  }
  EXPECT_LT(monitor_.inherent(), 0.08);
}

}  // namespace
}  // namespace sotto::transport
