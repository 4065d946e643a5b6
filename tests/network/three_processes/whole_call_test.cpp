#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/network/three_processes/three_processes.hpp"

namespace sotto::tools {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Of a call from Alice to Bob, as `sotto call --report FOLDER/call.html` wrote it.
void check_report(const std::string& folder) {
  const auto figures = nlohmann::json::parse(content_of(folder + "/call.json"));
  EXPECT_EQ(figures["parties"][0]["name"], "alice");
  EXPECT_EQ(figures["parties"][1]["name"], "bob");
  EXPECT_GT(figures["parties"][0]["setup_ms"]["first_video"], 0);
  EXPECT_TRUE(figures["security"]["keys_mixed"]);
  const auto& out = figures["directions"][0];
  const auto& in = figures["directions"][1];
  // Ten a second for two seconds, on a machine that may have other work.
  EXPECT_GT(out["sent"]["seconds"].size(), 5u);
  EXPECT_GT(in["received"]["seconds"].size(), 5u);
  EXPECT_GT(out["figures"]["sent_kbps"], 0);
  EXPECT_GT(in["figures"]["pictures_per_second"], 0);
  EXPECT_FALSE(out["sound_sent"]["level_db"].empty());
  EXPECT_FALSE(in["sound_received"]["level_db"].empty());
  EXPECT_FALSE(out["pictures"].empty());
  EXPECT_FALSE(in["pictures"].empty());
  const std::string page = content_of(folder + "/call.html");
  EXPECT_THAT(page, HasSubstr("data:image/webp"));
  EXPECT_EQ(page.find("127.0.0.1"), std::string::npos) << "addresses are nobody's business";
}

TEST_F(ThreeProcesses, CallEachOtherByNameAndTheServerWritesNothingDown) {
  two_people();
  const auto before = disk();
  ASSERT_FALSE(before.empty());
  Program bob = run("bob", {"answer", "--yes", "--once", "--address", "127.0.0.1", "--size", "320x180"});
  ASSERT_NE(bob.wait_for("waiting for calls"), "") << bob.errors();
  Program alice = run("alice", {"call", "bob", "--seconds", "2", "--json", "--address", "127.0.0.1", "--size",
                                "320x180", "--trace", folder / "trace", "--report", folder / "call.html"});
  EXPECT_TRUE(alice.ends_well()) << alice.errors();
  EXPECT_TRUE(bob.ends_well()) << bob.errors();

  const auto report = nlohmann::json::parse(alice.output());
  EXPECT_TRUE(report["talked"]);
  EXPECT_EQ(report["peer"], "bob");
  EXPECT_TRUE(report["statistics"]["keys_mixed"]);
  EXPECT_GT(report["statistics"]["frames_decoded"], 0);
  EXPECT_GT(report["statistics"]["audio_packets_received"], 0);
  EXPECT_THAT(bob.output(), HasSubstr("active"));
  EXPECT_EQ(disk(), before);
  const std::string trace = content_of(folder / "trace");
  EXPECT_THAT(trace, HasSubstr("\"state\":\"active\""));
  for (const char* secret : {"alice", "bob", "127.0.0.1", "#"}) EXPECT_THAT(trace, Not(HasSubstr(secret)));
  check_report(folder.path());
  server->signal(SIGTERM);
  EXPECT_TRUE(server->ends_well());
  for (const char* name : {"alice", "bob"}) EXPECT_THAT(server->errors(), Not(HasSubstr(name)));
}

TEST_F(ThreeProcesses, AreToldBeforeTheCallThatAReportCannotBeWritten) {
  two_people();
  Program alice = run("alice", {"call", "bob", "--report", folder / "no/such/folder/call.html"});
  EXPECT_FALSE(alice.ends_well());
  EXPECT_THAT(alice.errors(), HasSubstr("cannot write the report to"));
  EXPECT_THAT(alice.output(), Not(HasSubstr("dialing")));
}

TEST_F(ThreeProcesses, GoOnTalkingWhenTheServerIsKilled) {
  two_people();
  Program bob = run("bob", {"answer", "--yes", "--once", "--address", "127.0.0.1", "--size", "320x180"});
  ASSERT_NE(bob.wait_for("waiting for calls"), "") << bob.errors();
  Program alice = run("alice", {"call", "bob", "--seconds", "4", "--address", "127.0.0.1", "--size", "320x180"});
  ASSERT_NE(alice.wait_for("active"), "") << alice.errors();
  kill_server();
  EXPECT_TRUE(alice.ends_well()) << alice.errors();
  EXPECT_TRUE(bob.ends_well()) << bob.errors();
  EXPECT_THAT(alice.output(), HasSubstr("00:03"));
}

TEST_F(ThreeProcesses, ComeBackByThemselvesWhenTheServerWasKilledBeforeACall) {
  two_people();
  Program bob = run("bob", {"answer", "--yes", "--once", "--address", "127.0.0.1", "--size", "320x180"});
  ASSERT_NE(bob.wait_for("waiting for calls"), "") << bob.errors();
  kill_server();
  start_server_again();
  ASSERT_NE(bob.wait_for("signed in as bob"), "") << bob.errors();
  Program alice = run("alice", {"call", "bob", "--seconds", "1", "--address", "127.0.0.1", "--size", "320x180"});
  EXPECT_TRUE(alice.ends_well()) << alice.errors();
  EXPECT_TRUE(bob.ends_well()) << bob.errors();
}

TEST_F(ThreeProcesses, RefuseAServerWithAnotherKeyThanThePin) {
  start_server();
  sign_up("alice");
  std::string wrong = server_line;
  char& symbol = wrong[wrong.find('#') + 1];
  symbol = symbol == 'A' ? 'B' : 'A';
  Program call = run("alice", {"call", "bob", "--server", wrong});
  EXPECT_FALSE(call.ends_well());
  EXPECT_THAT(call.errors(), HasSubstr("key"));
}

TEST_F(ThreeProcesses, SayWhenANameIsUnknownAndWhenItIsTaken) {
  start_server();
  sign_up("alice");
  Program call = run("alice", {"call", "nobody", "--address", "127.0.0.1"});
  EXPECT_FALSE(call.ends_well());
  EXPECT_THAT(call.output(), HasSubstr("ended: "));
  Program again = Program(folder / "mallory", {"identity", "create", "--name", "alice", "--server", server_line,
                                               "--recovery-file", folder / "mallory.recovery", "--insecure-identity"});
  EXPECT_FALSE(again.ends_well());
  EXPECT_THAT(again.errors(), HasSubstr("Somebody else has this name"));
}

}  // namespace
}  // namespace sotto::tools
