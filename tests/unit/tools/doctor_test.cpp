#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/doctor/finding.hpp"
#include "tools/doctor/network_checks.hpp"
#include "tools/doctor/packages.hpp"

namespace sotto::tools {
namespace {

using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using Verdict = Finding::Verdict;

transport::InterfaceAddress address(const char* interface, const char* text, bool running = true) {
  return {interface, *transport::IpAddress::parse(text), running};
}

TEST(Doctor, SaysOfEachInterfaceWhetherItIsUsedAndWhyNot) {
  const auto findings = judge_interfaces({address("lo", "127.0.0.1"), address("eth0", "192.0.2.7"),
                                          address("eth1", "198.51.100.7", false), address("docker0", "203.0.113.1")});
  const std::string text = to_text(findings);
  EXPECT_THAT(text, HasSubstr("eth0 192.0.2.7 is used"));
  EXPECT_THAT(text, HasSubstr("lo 127.0.0.1 is not used: it leads to this machine only"));
  EXPECT_THAT(text, HasSubstr("eth1 198.51.100.7 is not used: it is down"));
  EXPECT_THAT(text, HasSubstr("docker0 203.0.113.1 is not used: it is of a bridge"));
  EXPECT_FALSE(any_failed(findings));
}

TEST(Doctor, FailsWithoutAnyAddressThatLeadsAnywhere) {
  EXPECT_TRUE(any_failed(judge_interfaces({address("lo", "127.0.0.1")})));
}

TEST(Doctor, TakesAServerThatDoesNotKnowUsForReached) {
  ServerStatus status;
  status.state = ServerState::kRefused;
  status.problem = ServerProblem::kNotRegistered;
  EXPECT_FALSE(any_failed(judge_server(status)));
}

TEST(Doctor, TellsAWrongClockFromAServerThatIsAway) {
  ServerStatus status;
  status.problem = ServerProblem::kClock;
  EXPECT_THAT(judge_server(status), Contains(Field(&Finding::what, "clock")));
  status.problem = ServerProblem::kPin;
  status.explanation = "another key";
  const auto findings = judge_server(status);
  EXPECT_TRUE(any_failed(findings));
  EXPECT_THAT(to_text(findings), HasSubstr("another key"));
}

TEST(Doctor, NamesWhatALibraryLacks) {
  const LibraryFix& fix = library_fixes().front();
  EXPECT_EQ(judge(fix, {"9.9", true}).verdict, Verdict::kOk);
  const Finding old = judge(fix, {"0.1", false});
  EXPECT_EQ(old.verdict, Verdict::kWarning);
  EXPECT_THAT(old.says, HasSubstr("CVE-2023-5217"));
  EXPECT_THAT(old.advice, HasSubstr(fix.fixed_in));
  EXPECT_EQ(judge(fix, {}).verdict, Verdict::kNote);
}

TEST(Doctor, RefusesARelayThatIsNoAddressOfOne) {
  EXPECT_EQ(check_relay("http://192.0.2.1", "", "").verdict, Verdict::kWrong);
}

}  // namespace
}  // namespace sotto::tools
