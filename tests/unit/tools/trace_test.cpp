#include "tools/call/trace.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/temporary_folder.hpp"

namespace sotto::tools {
namespace {

CallStatistics with_everything_private() {
  CallStatistics statistics;
  statistics.security.local_fingerprint = "AA:SECRET";
  statistics.security.peer_fingerprint = "BB:SECRET";
  statistics.security.safety_number = "11111 SECRET";
  statistics.security.sas_symbols = {{7, 7, 7, 7}};
  statistics.timeline.dialed = Timestamp{} + 5s;
  statistics.path.local_candidate_type = "host";
  return statistics;
}

TEST(Trace, HoldsNoFingerprintsNumbersOrSymbols) {
  const std::string line = Trace::statistics_line(with_everything_private());
  EXPECT_EQ(line.find("SECRET"), std::string::npos) << line;
  EXPECT_EQ(line.find("sas"), std::string::npos) << line;
  EXPECT_EQ(line.find("safety"), std::string::npos) << line;
  EXPECT_NE(line.find("\"local_candidate\":\"host\""), std::string::npos) << line;
}

TEST(Trace, IsALineOfJsonForEachEvent) {
  const TemporaryFolder folder;
  const std::string path = folder / "trace.jsonl";
  {
    const auto trace = Trace::create(path);
    ASSERT_TRUE(trace.ok()) << trace.error().message;
    (*trace)->server(ServerState::kWaiting, ServerProblem::kPin);
    (*trace)->state(CallState::kEnded, EndReason::kBusy);
    (*trace)->statistics(with_everything_private());
  }
  std::ifstream file(path);
  std::vector<nlohmann::json> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(nlohmann::json::parse(line));
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0]["event"], "server");
  EXPECT_EQ(lines[1]["reason"], to_string(EndReason::kBusy));
  EXPECT_TRUE(lines[2]["statistics"].is_object());
}

TEST(Trace, SaysWhyItCannotBeWritten) {
  const auto trace = Trace::create("/nowhere/trace");
  ASSERT_FALSE(trace.ok());
  EXPECT_NE(trace.error().message.find("No such file"), std::string::npos);
}

}  // namespace
}  // namespace sotto::tools
