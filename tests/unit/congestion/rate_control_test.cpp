#include "transport/congestion/rate_control.hpp"

#include <gtest/gtest.h>

namespace sotto::transport {
namespace {

constexpr Timestamp kStart{1000s};
constexpr Duration kRound = 100ms;
constexpr DataRate kLeast = DataRate::kbps(60);
constexpr DataRate kMost = DataRate::kbps(5000);

class RateControlTest : public ::testing::Test {
 protected:
  /// A round with this queue, of which so much was lost.
  void round(Duration queue, DataRate delivered, bool growing = false, double lost = 0) {
    now_ += kRound;
    control_.on_round({.delay_growing = growing,
                       .standing_queue = queue,
                       .latest_queue = queue,
                       .oldest_sent = now_ - kRound - 25ms,
                       .newest_sent = now_ - 25ms,
                       .sent = control_.target() * kRound,
                       .lost = lost,
                       .delivered = delivered,
                       .delivered_from_queue = queue > 20ms,
                       .acknowledged = delivered,
                       .round_trip_time = 50ms},
                      now_);
  }
  void calm(Duration time) {
    for (const Timestamp end = now_ + time; now_ < end;) round(0ms, control_.target());
  }

  Timestamp now_ = kStart;
  RateControl control_{DataRate::kbps(1000), kLeast, kMost};
};

TEST_F(RateControlTest, GrowsByHalfASecondWhileNoBottleneckIsKnown) {
  calm(1s);
  EXPECT_NEAR(control_.target().kbps(), 1600, 100);
}

TEST_F(RateControlTest, StaysWithinItsBounds) {
  calm(60s);
  EXPECT_EQ(control_.target(), kMost);
  for (int i = 0; i < 100; ++i) round(500ms, DataRate::kbps(10), true);
  EXPECT_EQ(control_.target(), kLeast);
}

TEST_F(RateControlTest, DoesNotGrowFarBeyondWhatWasTried) {
  for (int i = 0; i < 100; ++i) round(0ms, DataRate::kbps(800));
  EXPECT_LE(control_.target(), DataRate::kbps(1210));
}

TEST_F(RateControlTest, DrainsAQueueThatGrowsTheFasterTheLongerItIs) {
  round(40ms, DataRate::kbps(800), true);
  EXPECT_TRUE(control_.draining());
  EXPECT_EQ(control_.target(), DataRate::kbps(640));
  RateControl other(DataRate::kbps(1000), kLeast, kMost);
  control_ = other;
  round(300ms, DataRate::kbps(800), true);
  EXPECT_EQ(control_.target(), DataRate::kbps(400));
}

TEST_F(RateControlTest, GoesOnJustBelowTheBottleneckWhenTheQueueIsGone) {
  round(100ms, DataRate::kbps(800), true);
  round(50ms, DataRate::kbps(800));
  EXPECT_LT(control_.target(), DataRate::kbps(650));
  round(0ms, DataRate::kbps(600));
  EXPECT_FALSE(control_.draining());
  EXPECT_EQ(control_.target(), DataRate::kbps(768));
}

TEST_F(RateControlTest, GrowsSlowlyNearTheBottleneckAndFasterTheLongerAllIsWell) {
  round(100ms, DataRate::kbps(800), true);
  round(0ms, DataRate::kbps(700));
  const double resumed = control_.target().kbps();
  calm(1s);
  EXPECT_LT(control_.target().kbps(), resumed * 1.07);
  calm(4s);
  EXPECT_GT(control_.target().kbps(), resumed * 1.2);
}

TEST_F(RateControlTest, TakesALittleAwayWhileALittleStands) {
  for (int i = 0; i < 2; ++i) round(18ms, DataRate::kbps(900));
  EXPECT_FALSE(control_.draining());
  EXPECT_LT(control_.target(), DataRate::kbps(1000));
  EXPECT_GT(control_.target(), DataRate::kbps(985));
}

TEST_F(RateControlTest, DoesNotMistakeJitterForAQueue) {
  now_ += kRound;
  control_.on_round({.delay_growing = true, .standing_queue = 20ms, .latest_queue = 20ms, .noise = 12ms}, now_);
  EXPECT_FALSE(control_.draining());
  EXPECT_EQ(control_.target(), DataRate::kbps(1000));
}

TEST_F(RateControlTest, FindsOutThatAQueueIsNotItsOwn) {
  for (int i = 0; i < 15; ++i) round(80ms, std::min(control_.target(), DataRate::kbps(900)));
  EXPECT_FALSE(control_.draining());
  EXPECT_TRUE(control_.shares_queue());
  EXPECT_GE(control_.target(), DataRate::kbps(800));
}

class BesideOthers : public RateControlTest {
 protected:
  BesideOthers() {
    while (!control_.shares_queue()) round(80ms, std::min(control_.target(), DataRate::kbps(900)));
  }
};

TEST_F(BesideOthers, TheRateGrowsHoweverLongTheQueueIs) {
  const DataRate before = control_.target();
  for (int i = 0; i < 10; ++i) round(Duration(80ms + i * 10ms), control_.target(), true);
  EXPECT_GT(control_.target(), before + DataRate::kbps(100));
}

TEST_F(BesideOthers, LossLowersItOnceInTwoRoundTrips) {
  const DataRate before = control_.target();
  for (int i = 0; i < 3; ++i) round(100ms, before, false, 0.1);
  EXPECT_EQ(control_.target(), before * 0.85);
}

TEST_F(BesideOthers, NoProbeRaisesIt) {
  const DataRate before = control_.target();
  control_.on_probe(DataRate::kbps(2000), false, now_);
  EXPECT_EQ(control_.target(), before);
}

TEST_F(BesideOthers, ItIsTriedOutNowAndThenWhetherTheyAreStillThere) {
  const Timestamp since = now_;
  while (!control_.draining()) round(80ms, control_.target());
  EXPECT_NEAR(to_seconds(now_ - since), 10, 0.3);
  const DataRate drained = control_.target();
  round(80ms, drained);
  round(80ms - kRound / 2, drained);
  round(0ms, drained);
  EXPECT_FALSE(control_.shares_queue());
}

TEST_F(BesideOthers, TheyAreGoneWhenThereWasNoQueueForThreeSeconds) {
  for (int i = 0; i < 29; ++i) round(0ms, control_.target());
  EXPECT_TRUE(control_.shares_queue());
  for (int i = 0; i < 3; ++i) round(0ms, control_.target());
  EXPECT_FALSE(control_.shares_queue());
}

TEST_F(RateControlTest, AnsweredProbesRaiseItButNeverDuringADrain) {
  control_.on_probe(DataRate::kbps(2000), false, now_);
  EXPECT_EQ(control_.target(), DataRate::kbps(2000));
  control_.on_probe(DataRate::kbps(500), false, now_);
  EXPECT_EQ(control_.target(), DataRate::kbps(2000));
  round(100ms, DataRate::kbps(1000), true);
  control_.on_probe(DataRate::kbps(2000), false, now_);
  EXPECT_LT(control_.target(), DataRate::kbps(1000));
}

TEST_F(RateControlTest, GrowsSlowlyWhereAProbeHasMetTheBottleneck) {
  control_.on_probe(DataRate::kbps(2000), true, now_);
  calm(1s);
  EXPECT_LT(control_.target(), DataRate::kbps(2130));
}

TEST_F(RateControlTest, SilenceTakesAFifthAway) {
  control_.on_silence(now_);
  EXPECT_EQ(control_.target(), DataRate::kbps(800));
}

TEST(RateControl, GoesOnAtOnceAfterAQueueThatWasGoneWhenItWasToldOf) {
  RateControl control(DataRate::kbps(2000), DataRate::kbps(60), DataRate::kbps(5000));
  const Timestamp sent{1000s};
  PathObservation path{.delay_growing = true,
                       .standing_queue = 150ms,
                       .latest_queue = 250ms,
                       .oldest_sent = sent - 50ms,
                       .newest_sent = sent,
                       .delivered = DataRate::kbps(500),
                       .delivered_from_queue = true,
                       .sent_since = DataSize::bytes(2000)};
  control.on_round(path, sent + 400ms);
  EXPECT_FALSE(control.draining());
  EXPECT_EQ(control.target(), DataRate::kbps(480));

  // More news of the same queue changes nothing, not even after a probe that nothing stopped.
  path.newest_sent = sent + 50ms;
  control.on_round(path, sent + 420ms);
  EXPECT_EQ(control.target(), DataRate::kbps(480));
  control.on_probe(DataRate::kbps(1500), false, sent + 430ms);
  control.on_round(path, sent + 440ms);
  EXPECT_EQ(control.target(), DataRate::kbps(1500));
}

}  // namespace
}  // namespace sotto::transport
