#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/network/three_processes/program.hpp"
#include "tests/support/program_on_terminal.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sotto::tools {

/// A server and people who have signed in to it, all of them the program as people run it.
class ThreeProcesses : public testing::Test {
 protected:
  void start_server(const std::string& listen = "127.0.0.1:0") {
    server = std::make_unique<Program>(folder / "server",
                                       std::vector<std::string>{"serve", "--listen", listen, "--state", state()});
    const std::string line = server->wait_for("--server ");
    ASSERT_NE(line, "") << server->errors();
    server_line = line.substr(line.rfind(' ') + 1);
    ASSERT_THAT(server_line, testing::HasSubstr("#"));
  }
  void kill_server() {
    server->signal(SIGKILL);
    EXPECT_FALSE(server->ends_well());
  }
  /// Where it was before.
  void start_server_again() { start_server(server_line.substr(0, server_line.find('#'))); }
  std::string state() const { return folder / "state"; }

  /// Runs the program for somebody, with the files that are in a folder of their name.
  Program run(const std::string& who, std::vector<std::string> arguments) {
    arguments.emplace_back("--insecure-identity");
    return Program(folder / who, arguments);
  }
  std::unique_ptr<ProgramOnTerminal> run_on_terminal(const std::string& who, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"/usr/bin/env", "SOTTO_HOME=" + (folder / who), SOTTO_PROGRAM});
    arguments.emplace_back("--insecure-identity");
    return std::make_unique<ProgramOnTerminal>(std::move(arguments));
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

  TemporaryFolder folder;
  std::unique_ptr<Program> server;
  std::string server_line;
};

}  // namespace sotto::tools
