#include "transport/congestion/delay_trend.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace sotto::transport {
namespace {

constexpr Timestamp kStart{1000s};

/// A group each 10 ms whose delay is what `delay_of` says of its number. When the trend was first seen to grow.
template <typename DelayOf>
std::optional<Duration> first_growth(DelayTrend& trend, int groups, DelayOf delay_of) {
  std::optional<Duration> first;
  for (int i = 0; i < groups; ++i) {
    const Duration delay = delay_of(i);
    trend.on_group({.sent = kStart + i * 10ms, .arrival = i * 10ms + delay, .delay = delay});
    if (trend.growing() && !first) first = i * 10ms;
  }
  return first;
}

TEST(DelayTrend, SeesNoneInASteadyDelay) {
  DelayTrend trend;
  EXPECT_FALSE(first_growth(trend, 1000, [](int) { return 50ms; }));
}

TEST(DelayTrend, SeesAQueueThatGrowsByATenth) {
  DelayTrend trend;
  const auto first = first_growth(trend, 100, [](int i) { return Duration(i * 1000); });
  ASSERT_TRUE(first);
  EXPECT_LE(*first, 400ms);
}

TEST(DelayTrend, IsOverWhenTheQueueShrinks) {
  DelayTrend trend;
  (void)first_growth(trend, 100, [](int i) { return Duration((i < 50 ? i : 100 - i) * 1000); });
  EXPECT_FALSE(trend.growing());
}

TEST(DelayTrend, LivesWithJitterAsSoonAsItKnowsIt) {
  DelayTrend trend;
  SeededRandom random(3);
  int growing = 0;
  for (int i = 0; i < 3000; ++i) {
    const Duration delay(static_cast<int64_t>(random.u32() % 30'000));
    trend.on_group({.sent = kStart + i * 10ms, .arrival = i * 10ms + delay, .delay = delay});
    growing += i > 500 && trend.growing() ? 1 : 0;
  }
  EXPECT_LT(growing, 125);  // five per cent: it is not believed without a queue
}

TEST(DelayTrend, ForgetsWhatWasBeforeALongPause) {
  DelayTrend trend;
  (void)first_growth(trend, 50, [](int i) { return Duration(i * 1000); });
  ASSERT_TRUE(trend.growing());
  trend.on_group({.sent = kStart + 10s, .arrival = 10s, .delay = 0ms});
  EXPECT_FALSE(trend.growing());
}

}  // namespace
}  // namespace sotto::transport
