#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/temporary_folder.hpp"
#include "tools/demo/child_process.hpp"
#include "tools/harness/line_reader.hpp"

namespace sotto::tools {
namespace {

using testing::HasSubstr;
using testing::Not;

/// One run of the program, with its lines.
class Program {
 public:
  Program(const std::string& home, std::vector<std::string> arguments) : errors_(home + ".errors") {
    std::vector<std::string> command{"/usr/bin/env", "SOTTO_HOME=" + home, SOTTO_PROGRAM};
    command.insert(command.end(), arguments.begin(), arguments.end());
    auto started = ChildProcess::start(command, errors_);
    EXPECT_TRUE(started.ok());
    process_ = std::make_unique<ChildProcess>(std::move(*started));
    reader_ = std::make_unique<LineReader>(process_->output());
  }

  /// Reads up to a line that holds `text`; empty if the program ends before.
  std::string wait_for(const std::string& text) {
    while (const auto line = reader_->next()) {
      output_ += *line + "\n";
      if (line->find(text) != std::string::npos) return *line;
    }
    return {};
  }
  /// Reads the rest and waits for the end.
  bool ends_well() {
    while (const auto line = reader_->next()) output_ += *line + "\n";
    return process_->wait(std::chrono::seconds(60)).clean;
  }
  void signal(int number) { kill(process_->id(), number); }
  const std::string& output() const { return output_; }
  std::string errors() const { return content_of(errors_); }

 private:
  std::string errors_;
  std::unique_ptr<ChildProcess> process_;
  std::unique_ptr<LineReader> reader_;
  std::string output_;
};

/// A server and people who have signed in to it.
class ThreeProcesses : public testing::Test {
 protected:
  void start_server(const std::string& listen = "127.0.0.1:0") {
    server = std::make_unique<Program>(folder / "server",
                                       std::vector<std::string>{"serve", "--listen", listen, "--state", state()});
    const std::string line = server->wait_for("--server ");
    ASSERT_NE(line, "") << server->errors();
    server_line = line.substr(line.rfind(' ') + 1);
    ASSERT_THAT(server_line, HasSubstr("#"));
  }
  std::string state() const { return folder / "state"; }

  Program run(const std::string& who, std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--insecure-identity"});
    return Program(folder / who, std::move(arguments));
  }
  void sign_up(const std::string& who) {
    Program create = run(who, {"identity", "create", "--name", who, "--server", server_line, "--recovery-file",
                               folder / (who + ".recovery")});
    ASSERT_TRUE(create.ends_well()) << create.errors();
  }
  void know(const std::string& who, const std::string& other) {
    Program add = run(who, {"contacts", "add", other, "--yes"});
    ASSERT_TRUE(add.ends_well()) << add.errors();
  }
  void two_people() {
    start_server();
    sign_up("alice");
    sign_up("bob");
    know("alice", "bob");
    know("bob", "alice");
  }

  /// What the server has on its disk, file by file.
  std::map<std::string, std::string> disk() const {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(state())) {
      // SQLite's index into its log is memory that happens to be a file.
      if (entry.is_regular_file() && !entry.path().string().ends_with("-shm")) {
        files[entry.path()] = content_of(entry.path());
      }
    }
    return files;
  }

  /// Of a call from Alice to Bob, as `sotto call --report` wrote it.
  void check_report() const {
    const auto figures = nlohmann::json::parse(content_of(folder / "call.json"));
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
    const std::string page = content_of(folder / "call.html");
    EXPECT_THAT(page, HasSubstr("data:image/webp"));
    EXPECT_EQ(page.find("127.0.0.1"), std::string::npos) << "addresses are nobody's business";
  }

  TemporaryFolder folder;
  std::unique_ptr<Program> server;
  std::string server_line;
};

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
  check_report();
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
  server->signal(SIGKILL);
  EXPECT_FALSE(server->ends_well());
  EXPECT_TRUE(alice.ends_well()) << alice.errors();
  EXPECT_TRUE(bob.ends_well()) << bob.errors();
  EXPECT_THAT(alice.output(), HasSubstr("00:03"));
}

TEST_F(ThreeProcesses, ComeBackByThemselvesWhenTheServerWasKilledBeforeACall) {
  two_people();
  Program bob = run("bob", {"answer", "--yes", "--once", "--address", "127.0.0.1", "--size", "320x180"});
  ASSERT_NE(bob.wait_for("waiting for calls"), "") << bob.errors();
  server->signal(SIGKILL);
  EXPECT_FALSE(server->ends_well());
  start_server(server_line.substr(0, server_line.find('#')));
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
