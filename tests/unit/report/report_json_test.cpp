#include "tools/report/report_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "tests/unit/report/sample_report.hpp"

namespace sotto::tools {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(ReportJson, HoldsTheFiguresOfBothDirections) {
  const json report = to_json(whole_report(), ReportPictures::kLeftOut);
  EXPECT_EQ(report["format"], 1);
  EXPECT_EQ(report["began"], "2025-11-24T16:00:00Z");
  EXPECT_EQ(report["headline"], "Nothing limited this call");
  ASSERT_EQ(report["directions"].size(), 2u);
  const json& direction = report["directions"][1];
  EXPECT_EQ(direction["from"], "Bob");
  EXPECT_DOUBLE_EQ(direction["figures"]["pictures_per_second"], 30);
  EXPECT_DOUBLE_EQ(direction["figures"]["sound_delay_ms"]["half"], 45);
  EXPECT_EQ(direction["sent"]["seconds"].size(), direction["sent"]["allowed_kbps"].size());
  EXPECT_EQ(direction["received"]["held_ms"][0], 30);
}

TEST(ReportJson, CountsTheSetUpFromTheCallersDial) {
  const json report = to_json(whole_report(), ReportPictures::kLeftOut);
  EXPECT_DOUBLE_EQ(report["accepted_ms"], 1050);
  EXPECT_DOUBLE_EQ(report["parties"][0]["setup_ms"]["handshake_done"], 12);
  EXPECT_DOUBLE_EQ(report["parties"][1]["setup_ms"]["first_video"], 1094);
}

TEST(ReportJson, HoldsPicturesForThePageOnly) {
  EXPECT_THAT(to_json(whole_report(), ReportPictures::kLeftOut).dump(), Not(HasSubstr("data:")));
  const json shown = to_json(whole_report(), ReportPictures::kInlined);
  const json& direction = shown["directions"][0];
  EXPECT_THAT(direction["pictures"][0]["sent"].get<std::string>(), StartsWith("data:image/webp;base64,UklGR"));
  EXPECT_THAT(direction["sound_received"]["image"].get<std::string>(), StartsWith("data:image/png;base64,iVBORw"));
}

TEST(ReportJson, IsWholeWhereNothingWasMeasured) {
  const json report = to_json(ReportData{}, ReportPictures::kInlined);
  EXPECT_TRUE(report["directions"].empty());
  EXPECT_TRUE(report["parties"][0]["setup_ms"].is_null());
  EXPECT_TRUE(report["link"].is_null());
}

TEST(ReportJson, WritesNoNumberForWhatIsNone) {
  ReportData data = whole_report();
  for (CallSample& sample : data.directions[0].sender) sample.round_trip_us = -1;
  data.directions[0].sound_delays = {{1, std::numeric_limits<double>::infinity()}};
  const json report = to_json(data, ReportPictures::kLeftOut);
  EXPECT_TRUE(report["directions"][0]["sent"]["round_trip_ms"][0].is_null());
  EXPECT_TRUE(report["directions"][0]["sound_delay"]["ms"][0].is_null());
  EXPECT_TRUE(report["directions"][0]["figures"]["sound_delay_ms"].is_null());
}

TEST(ReportJson, SaysWhichLinkWasEmulatedAndWhatItCarried) {
  ReportData data = whole_report();
  data.link = "rate=1M; 10s: rate=none";
  data.link_rates = {{0, 1000.0}, {10, std::nullopt}};
  const json link = to_json(data, ReportPictures::kLeftOut)["link"];
  EXPECT_EQ(link["emulated"], data.link);
  EXPECT_EQ(link["kbps"], json::array({1000.0, nullptr}));
}

}  // namespace
}  // namespace sotto::tools
