#include "tools/report/findings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sotto::tools {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

ReportData one_way() {
  ReportData report;
  report.seconds = 10;
  report.directions = {{.from = "Alice", .to = "Bob"}};
  return report;
}

std::vector<CallFinding> found(const DirectionFigures& figures) { return find_limits(one_way(), {figures}); }

TEST(Findings, SayThatNothingLimitedACall) {
  const std::vector<CallFinding> findings = found({.limited_share = 0.0, .lost_share = 0.0});
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].weight, CallFinding::Weight::kGood);
  EXPECT_EQ(headline(one_way(), findings), "Nothing limited this call");
}

TEST(Findings, SayThatThePathCarriedTooLittle) {
  const std::vector<CallFinding> findings =
      found({.useful_kbps = 2500.0, .limited_share = 0.62, .limited_kbps = 820.0});
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].text,
            "For 62 % of the time the path from Alice to Bob carried less than these pictures are worth: 820 kbit/s "
            "were left for them then, of 2.5 Mbit/s.");
  EXPECT_EQ(headline(one_way(), findings), "The call went well, within limits");
}

TEST(Findings, SayWhatWasLostAndWhatBecameOfIt) {
  const std::vector<CallFinding> findings = found({.lost_share = 0.05, .repaired_share = 0.9, .made_up_share = 0.03});
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].text,
            "5.0 % of the packets from Alice were lost on their way to Bob; 90 % of these were repaired in time; 3.0 % "
            "of the sound had to be made up.");
  EXPECT_EQ(findings[0].weight, CallFinding::Weight::kBad) << "that is heard";
}

TEST(Findings, SayHowLongAPictureStoodStill) {
  EXPECT_THAT(found({.freezes = 1.0, .frozen_ms = 400.0})[0].text,
              HasSubstr("stood still at Bob's end once, together for 0.4 s"));
  EXPECT_THAT(found({.freezes = 3.0, .frozen_ms = 4100.0})[0].text, HasSubstr("3 times, together for 4.1 s"));
}

TEST(Findings, SayThatADelayIsNoticed) {
  EXPECT_EQ(found({.sound_delay_ms = Percentiles{120, 140}})[0].weight, CallFinding::Weight::kGood);
  const CallFinding noticed = found({.held_ms = Percentiles{90, 95}, .sound_delay_ms = Percentiles{230, 250}})[0];
  EXPECT_EQ(noticed.weight, CallFinding::Weight::kNote);
  EXPECT_THAT(noticed.text, HasSubstr("it took 230 ms"));
  EXPECT_THAT(noticed.text, HasSubstr("held the sound for 90 ms of it"));
}

TEST(Findings, SayThatAProcessorDidNotKeepUp) {
  EXPECT_THAT(found({.skipped_share = 0.3, .encode_ms = 41.0})[0].text, HasSubstr("to encode one takes 41.0 ms"));
  EXPECT_EQ(found({.skipped_share = 0.3})[0].weight, CallFinding::Weight::kBad);
  EXPECT_EQ(found({.skipped_share = 0.03})[0].weight, CallFinding::Weight::kNote)
      << "hardly anybody sees one of thirty";
}

TEST(Findings, PutTheWorstFirst) {
  const std::vector<CallFinding> findings =
      found({.limited_share = 0.5, .limited_kbps = 500.0, .freezes = 2.0, .frozen_ms = 900.0});
  ASSERT_THAT(findings, SizeIs(2));
  EXPECT_EQ(findings[0].weight, CallFinding::Weight::kBad);
  EXPECT_EQ(headline(one_way(), findings), "This call had its troubles");
}

TEST(Findings, NameAFailedCheck) {
  ReportData report = one_way();
  report.checks = {{"nothing else is on the wire", false, "7 of 9 datagrams"}};
  const std::vector<CallFinding> findings = find_limits(report, {DirectionFigures{}});
  EXPECT_EQ(findings[0].text, "This did not hold: nothing else is on the wire (7 of 9 datagrams).");
  EXPECT_EQ(headline(report, findings), "This call is not as it should be");
}

TEST(Findings, SayThatNobodyTalked) {
  ReportData report = one_way();
  report.seconds = 0;
  report.end = "no answer";
  const std::vector<CallFinding> findings = find_limits(report, {DirectionFigures{}});
  EXPECT_THAT(findings, IsEmpty());
  EXPECT_EQ(headline(report, findings), "They did not talk: no answer");
}

TEST(Findings, HoldNamesOfAnyLength) {
  ReportData report = one_way();
  report.directions = {{.from = std::string(5000, 'a'), .to = std::string(5000, 'b')}};
  const std::vector<CallFinding> findings = find_limits(
      report, {{.skipped_share = 0.5, .lost_share = 0.5, .frozen_ms = 9.0, .sound_delay_ms = Percentiles{999, 999}}});
  EXPECT_THAT(findings, SizeIs(4));
}

}  // namespace
}  // namespace sotto::tools
