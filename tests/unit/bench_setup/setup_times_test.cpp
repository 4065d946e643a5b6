#include "tools/bench_setup/setup_times.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/shell_command.hpp"

namespace sotto::tools {
namespace {

TEST(SetupTimes, AreRoundTripsOfTheNetwork) {
  const SetupTimes times = measure_setup({.loss = 0, .round_trip = 200ms}, 1);
  ASSERT_TRUE(times.ringing && times.warm && times.media);
  EXPECT_DOUBLE_EQ(*times.ringing, 2);
  EXPECT_LT(*times.warm, 5);
  EXPECT_LT(*times.media, 2);
}

TEST(SetupTimes, AreTheSameForTheSameSeed) {
  const SetupCell cell{.loss = 0.1, .round_trip = 50ms};
  const SetupTimes first = measure_setup(cell, 5);
  const SetupTimes second = measure_setup(cell, 5);
  EXPECT_EQ(first.ringing, second.ringing);
  EXPECT_EQ(first.warm, second.warm);
  EXPECT_EQ(first.media, second.media);
}

TEST(SetupSummary, TellsPercentiles) {
  std::vector<SetupTimes> calls;
  for (int i = 1; i <= 100; ++i) calls.push_back({.ringing = i, .warm = 2 * i, .media = 1});
  const SetupSummary summary = summarize({}, calls);
  EXPECT_EQ(summary.calls, 100u);
  EXPECT_EQ(summary.failed, 0u);
  EXPECT_EQ(summary.ringing.p50, 51);
  EXPECT_EQ(summary.ringing.p99, 100);
  EXPECT_EQ(summary.warm.p50, 102);
  EXPECT_EQ(summary.media.p99, 1);
}

TEST(SetupSummary, CountsCallsThatNeverGotThereAsTheLongest) {
  std::vector<SetupTimes> calls(99, {.ringing = 1, .warm = 1, .media = 1});
  calls.push_back({.ringing = 1, .warm = 1, .media = std::nullopt});
  const SetupSummary summary = summarize({}, calls);
  EXPECT_EQ(summary.failed, 1u);
  EXPECT_EQ(summary.media.p50, 1);
  EXPECT_FALSE(summary.media.p99);
}

TEST(SottoBench, PrintsSetupAsJson) {
  const ShellOutcome outcome = run_in_shell(SOTTO_PROGRAM " bench setup --seeds 1 --json");
  ASSERT_EQ(outcome.code, 0);
  const auto cells = nlohmann::json::parse(outcome.text).at("setup_in_round_trips");
  ASSERT_EQ(cells.size(), 12u);
  EXPECT_EQ(cells[0]["loss"], 0);
  EXPECT_DOUBLE_EQ(cells[0]["ringing"]["p50"], 2);
}

}  // namespace
}  // namespace sotto::tools
