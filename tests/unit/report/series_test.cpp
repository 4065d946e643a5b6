#include "tools/report/series.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/unit/report/sample_report.hpp"

namespace sotto::tools {
namespace {

using testing::DoubleNear;
using testing::Each;
using testing::SizeIs;

constexpr Timestamp kAccepted{50s};
constexpr TalkSpan kSpan{kAccepted, 20};

TEST(Series, TellRatesFromCounters) {
  const Series series = sent_series(steady_samples(kAccepted), kSpan);
  ASSERT_THAT(series.seconds, SizeIs(199)) << "nothing has grown before the first sample";
  EXPECT_DOUBLE_EQ(series.seconds.front(), 0.1);
  EXPECT_THAT(series.column("sound_kbps"), Each(DoubleNear(32, 1e-6)));
  EXPECT_THAT(series.column("picture_kbps"), Each(DoubleNear(2000, 1e-6)));
  EXPECT_THAT(series.column("other_kbps"), Each(DoubleNear(2160 - 2032, 1e-6)));
  EXPECT_THAT(series.column("allowed_kbps"), Each(4000));
  EXPECT_THAT(series.column("round_trip_ms"), Each(20));
}

TEST(Series, LeaveOutWhatWasSampledBeforeTheAcceptAndAfterTheEnd) {
  const Series series = sent_series(steady_samples(kAccepted), {kAccepted + 5s, 10});
  EXPECT_THAT(series.seconds, SizeIs(100));
  EXPECT_DOUBLE_EQ(series.seconds.back(), 10);
}

TEST(Series, SayThatARoundTripIsNotKnown) {
  auto samples = steady_samples(kAccepted);
  for (CallSample& sample : samples) sample.round_trip_us = -1;
  EXPECT_TRUE(std::isnan(sent_series(samples, kSpan).column("round_trip_ms").front()));
}

TEST(Series, ShowLossForASecondAfterIt) {
  auto samples = steady_samples(kAccepted);
  for (size_t i = 100; i < samples.size(); ++i) {
    samples[i].packets_lost = 30;  // of 300 a second
    samples[i].packets_received -= 30;
  }
  const std::vector<double> lost = received_series(samples, kSpan).column("lost_percent");
  EXPECT_DOUBLE_EQ(lost[98], 0);
  EXPECT_NEAR(lost[99], 10, 1e-9);
  EXPECT_NEAR(lost[108], 10, 1e-9);
  EXPECT_DOUBLE_EQ(lost[109], 0);
}

TEST(Series, ShowHowMuchOfTheSoundWasStretchedAndHowOftenItIsRepeated) {
  auto samples = steady_samples(kAccepted);
  for (size_t i = 100; i < samples.size(); ++i) {
    samples[i].samples_stretched = 4'800;  // of 48000 a second
    samples[i].audio_copies = 2;
  }
  const std::vector<double> stretched = received_series(samples, kSpan).column("stretched_percent");
  EXPECT_DOUBLE_EQ(stretched[98], 0);
  EXPECT_NEAR(stretched[99], 10, 1e-9);
  EXPECT_DOUBLE_EQ(stretched[109], 0);
  const std::vector<double> copies = sent_series(samples, kSpan).column("copies");
  EXPECT_DOUBLE_EQ(copies[98], 1);
  EXPECT_DOUBLE_EQ(copies[99], 2);
}

TEST(Series, NeverFallBelowNothingWhenALostPacketComesLate) {
  auto samples = steady_samples(kAccepted);
  for (size_t i = 0; i < 100; ++i) samples[i].packets_lost = 1;
  const std::vector<double> lost = received_series(samples, kSpan).column("lost_percent");
  for (const double percent : lost) EXPECT_GE(percent, 0);
}

TEST(Series, AreEmptyForLessThanTwoSamples) {
  EXPECT_TRUE(sent_series({}, kSpan).seconds.empty());
  EXPECT_TRUE(received_series({CallSample{.time_us = 51'000'000}}, kSpan).seconds.empty());
}

}  // namespace
}  // namespace sotto::tools
