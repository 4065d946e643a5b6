#include <gtest/gtest.h>

#include "signaling/server/invites.hpp"
#include "signaling/server/server_log.hpp"

namespace sotto::signaling {
namespace {

TEST(Invites, AreOneALine) {
  const Invites invites = Invites::parse("# for the choir\nfirst-code-1\r\n\nsecond-code-2").value();
  EXPECT_EQ(invites.size(), 2u);
  EXPECT_TRUE(invites.find(as_bytes("first-code-1")));
  EXPECT_TRUE(invites.find(as_bytes("second-code-2")));
  EXPECT_FALSE(invites.find(as_bytes("third-code-3")));
  EXPECT_FALSE(invites.find({}));
}

TEST(Invites, SayWhichLineIsWrong) {
  const Result<Invites> invites = Invites::parse("good-code-1\nshort\n");
  ASSERT_FALSE(invites.ok());
  EXPECT_NE(invites.error().message.find("Line 2"), std::string::npos);
  EXPECT_FALSE(Invites::parse("has a blank").ok());
}

TEST(ServerLog, WritesALineOfJson) {
  std::string written;
  const ServerLog log(ServerLog::Format::kJson, [&](std::string_view line) { written = line; });
  log.write(WallTime(std::chrono::milliseconds(1'700'000'000'042)), "listening",
            {{"port", uint64_t{7443}}, {"reason", "a \"quote\"\n"}});
  EXPECT_EQ(written,
            R"({"time":"2023-11-14T22:13:20.042Z","event":"listening","port":7443,"reason":"a \"quote\"\u000a"})");
}

TEST(ServerLog, WritesALineOfText) {
  std::string written;
  const ServerLog log(ServerLog::Format::kText, [&](std::string_view line) { written = line; });
  log.write(WallTime(), "stopped", {{"links", uint64_t{0}}});
  EXPECT_EQ(written, "1970-01-01T00:00:00.000Z stopped links=0");
}

}  // namespace
}  // namespace sotto::signaling
