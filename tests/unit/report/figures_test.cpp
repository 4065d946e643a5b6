#include "tools/report/figures.hpp"

#include <gtest/gtest.h>

#include "tests/unit/report/sample_report.hpp"

namespace sotto::tools {
namespace {

constexpr Timestamp kAccepted{50s};
constexpr TalkSpan kSpan{kAccepted, 20};

TEST(DirectionFigures, ComeFromBothEnds) {
  ReportDirection direction{.from = "Alice", .to = "Bob"};
  direction.sender = direction.receiver = steady_samples(kAccepted);
  const DirectionFigures figures = figures_of(direction, kSpan);
  EXPECT_NEAR(*figures.sent_kbps, 2160, 1e-6);
  EXPECT_DOUBLE_EQ(*figures.allowed_kbps, 4000);
  EXPECT_DOUBLE_EQ(*figures.limited_share, 0);
  EXPECT_DOUBLE_EQ(*figures.skipped_share, 0);
  EXPECT_DOUBLE_EQ(*figures.encode_ms, 5);
  EXPECT_DOUBLE_EQ(*figures.lost_share, 0);
  EXPECT_FALSE(figures.repaired_share.has_value()) << "nothing was to be repaired";
  EXPECT_NEAR(*figures.pictures_per_second, 30, 1e-9);
  EXPECT_DOUBLE_EQ(figures.held_ms->half, 30);
  EXPECT_FALSE(figures.psnr.has_value());
}

TEST(DirectionFigures, AreUnknownWhereNothingWasMeasured) {
  const DirectionFigures figures = figures_of({.from = "Alice", .to = "Bob"}, kSpan);
  EXPECT_FALSE(figures.sent_kbps.has_value());
  EXPECT_FALSE(figures.lost_share.has_value());
  EXPECT_FALSE(figures.sound_delay_ms.has_value());
}

TEST(DirectionFigures, CountTheTimeInWhichPicturesHadLessThanTheyAreWorth) {
  ReportDirection direction{.from = "Alice", .to = "Bob"};
  direction.sender = steady_samples(kAccepted);
  // The start does not count; of the 17 s after it, the last 8.5.
  for (size_t i = 0; i < 30; ++i) direction.sender[i].video_target_bps = 300'000;
  for (size_t i = 115; i < 200; ++i) direction.sender[i].video_target_bps = 900'000;
  const DirectionFigures figures = figures_of(direction, kSpan);
  EXPECT_NEAR(*figures.limited_share, 0.5, 1e-9);
  EXPECT_DOUBLE_EQ(*figures.limited_kbps, 900);
}

TEST(DirectionFigures, TakeTheWorseEndOfQualityAndTheSlowerOneOfDelay) {
  ReportDirection direction{.from = "Alice", .to = "Bob"};
  for (int i = 0; i <= 100; ++i) {
    direction.psnr.push_back({i * 0.1, 30.0 + i * 0.1});
    direction.sound_delays.push_back({i * 0.1, static_cast<double>(i)});
  }
  const DirectionFigures figures = figures_of(direction, kSpan);
  EXPECT_NEAR(figures.psnr->half, 35, 1e-9);
  EXPECT_NEAR(figures.psnr->most, 30.5, 1e-9);
  EXPECT_DOUBLE_EQ(figures.sound_delay_ms->most, 95);
}

}  // namespace
}  // namespace sotto::tools
