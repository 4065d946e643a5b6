#include "tools/report/link_rates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sotto::tools {
namespace {

using testing::SizeIs;

ReportData with_link(const std::string& text) {
  ReportData report;
  report.accepted = Timestamp{102s};
  EXPECT_TRUE(add_link(report, text, Timestamp{100s}).ok());
  return report;
}

TEST(LinkRates, CountFromTheAcceptThoughTheLinkBeganBefore) {
  const ReportData report = with_link("rate=1M; 20s: rate=300k; 40s: rate=none");
  EXPECT_EQ(report.link, "rate=1M; 20s: rate=300k; 40s: rate=none");
  ASSERT_THAT(report.link_rates, SizeIs(3));
  EXPECT_DOUBLE_EQ(report.link_rates[0].seconds, -2);
  EXPECT_DOUBLE_EQ(*report.link_rates[0].kbps, 1000);
  EXPECT_DOUBLE_EQ(report.link_rates[1].seconds, 18);
  EXPECT_DOUBLE_EQ(*report.link_rates[1].kbps, 300);
  EXPECT_FALSE(report.link_rates[2].kbps.has_value()) << "as much as one likes";
}

TEST(LinkRates, AreNotTakenFromWhatNobodyUnderstands) {
  ReportData report;
  EXPECT_FALSE(add_link(report, "rate=fast", Timestamp{}).ok());
  EXPECT_EQ(report.link, "");
}

TEST(LinkRates, AreNothingInABlackout) {
  const ReportData report = with_link("rate=1M,blackout=10s+2s");
  ASSERT_THAT(report.link_rates, SizeIs(3));
  EXPECT_DOUBLE_EQ(*report.link_rates[1].kbps, 0);
  EXPECT_DOUBLE_EQ(report.link_rates[2].seconds, 10);
  EXPECT_DOUBLE_EQ(*report.link_rates[2].kbps, 1000);
}

}  // namespace
}  // namespace sotto::tools
