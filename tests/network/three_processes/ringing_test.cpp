// What may happen while it rings, before a person at a terminal decides: the server dies, or somebody means harm.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <random>
#include <string>

#include "signaling/link/server_address.hpp"
#include "tests/network/three_processes/flood.hpp"
#include "tests/network/three_processes/three_processes.hpp"

namespace sotto::tools {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Alice calls Bob, who hears it ring and has not decided yet.
class RingingCall : public ThreeProcesses {
 protected:
  ~RingingCall() override {
    if (trace_ >= 0) ::close(trace_);
  }

  void ring() {
    two_people();
    open_trace();
    bob = run_on_terminal("bob", {"answer", "--once", "--address", "127.0.0.1", "--size", "320x180"});
    ASSERT_TRUE(bob->shows("waiting for calls")) << bob->screen();
    bob->type(typed_before);
    alice = std::make_unique<Program>(run("alice", {"call", "bob", "--seconds", "3", "--address", "127.0.0.1", "--size",
                                                    "320x180", "--trace", folder / "trace"}));
    ASSERT_TRUE(bob->shows("alice calls. Accept? [y/n] ")) << bob->screen();
    ASSERT_NE(alice->wait_for("ringing"), "") << alice->errors();
  }
  /// Waits until everything is ready between the two but the accept.
  void wait_until_warm() {
    LineReader lines(trace_);
    for (auto line = lines.next(); line; line = lines.next()) {
      if (line->find("media_keys_ready") != std::string::npos) return;
    }
    FAIL() << "the trace has ended: " << alice->errors();
  }
  void expect_a_call() {
    EXPECT_NE(alice->wait_for("active"), "") << alice->output() << alice->errors();
    EXPECT_TRUE(bob->shows("active")) << bob->screen();
    expect_its_end();
  }
  void expect_its_end() {
    EXPECT_TRUE(alice->ends_well()) << alice->errors();
    EXPECT_THAT(alice->output(), HasSubstr("picture 320x180"));
    EXPECT_EQ(bob->wait(), 0) << bob->screen();
  }

  std::string typed_before;  ///< By Bob, while nobody calls.
  std::unique_ptr<Program> alice;
  std::unique_ptr<ProgramOnTerminal> bob;

 private:
  /// A pipe in the place of a file, to read of the call while it goes on. With both ends, opening it waits for nobody.
  void open_trace() {
    const std::string path = folder / "trace";
    ASSERT_EQ(::mkfifo(path.c_str(), S_IRUSR | S_IWUSR), 0);
    trace_ = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_GE(trace_, 0);
  }

  int trace_ = -1;
};

TEST_F(RingingCall, IsAcceptedWithoutTheServerOnceItIsWarm) {
  ASSERT_NO_FATAL_FAILURE(ring());
  wait_until_warm();
  kill_server();
  bob->type_line("y");
  expect_a_call();
}

TEST_F(RingingCall, IsDeclinedWithoutTheServerOnceItIsWarm) {
  ASSERT_NO_FATAL_FAILURE(ring());
  wait_until_warm();
  kill_server();
  bob->type_line("n");
  EXPECT_FALSE(alice->ends_well());
  EXPECT_THAT(alice->output(), HasSubstr("ended: declined"));
}

TEST_F(RingingCall, IsAcceptedWhileTheServerIsDeadAndComesThroughAtTheLatestWhenItIsBack) {
  ASSERT_NO_FATAL_FAILURE(ring());
  kill_server();
  bob->type_line("y");
  start_server_again();
  expect_a_call();
}

TEST_F(RingingCall, IsDeclinedAfterTheServerCameBack) {
  ASSERT_NO_FATAL_FAILURE(ring());
  kill_server();
  start_server_again();
  bob->type_line("n");
  EXPECT_FALSE(alice->ends_well());
  EXPECT_THAT(alice->output(), HasSubstr("ended: declined"));
  bob->type(ProgramOnTerminal::kCtrlC);
  EXPECT_EQ(bob->wait(), 0) << bob->screen();
}

TEST_F(RingingCall, StopsRingingWhenTheCallerGivesUpThoughTheServerIsDead) {
  ASSERT_NO_FATAL_FAILURE(ring());
  wait_until_warm();
  kill_server();
  alice->signal(SIGINT);
  EXPECT_TRUE(bob->shows("It has stopped ringing.")) << bob->screen();
  EXPECT_FALSE(alice->ends_well()) << "they have not talked";
}

TEST_F(RingingCall, IsNotAcceptedByWhatWasTypedBeforeItRang) {
  typed_before = "y\ny\n";
  ASSERT_NO_FATAL_FAILURE(ring());
  bob->type_line("n");
  EXPECT_FALSE(alice->ends_well());
  EXPECT_THAT(alice->output(), HasSubstr("ended: declined"));
}

TEST_F(RingingCall, AsksAgainWhatIsNoAnswer) {
  ASSERT_NO_FATAL_FAILURE(ring());
  bob->type_line("maybe");
  ASSERT_TRUE(bob->shows("Accept? [y/n] "));
  bob->type_line("y");
  expect_a_call();
}

TEST_F(RingingCall, IsNotDisturbedByThousandsOfSpoiledFrames) {
  // Three seconds of 2000 a second; on most machines it is less time and more a second.
  constexpr size_t kFrames = 6000;
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  ASSERT_NO_FATAL_FAILURE(ring());
  {
    Flood flood(signaling::parse_server_address(server_line)->port, {"alice", "bob"}, seed);
    ASSERT_TRUE(flood.wait_for(kFrames / 2)) << server->errors();
    EXPECT_THAT(bob->screen(), Not(HasSubstr("stopped ringing")));
    bob->type_line("y");
    ASSERT_NE(alice->wait_for("active"), "") << alice->output() << alice->errors();
    ASSERT_TRUE(flood.wait_for(kFrames)) << server->errors();
  }
  expect_its_end();
  Program requests = run("bob", {"contacts", "requests"});
  EXPECT_TRUE(requests.ends_well());
  EXPECT_THAT(requests.output(), HasSubstr("Nobody")) << "a spoiled call was taken for one";
  server->signal(SIGTERM);
  EXPECT_TRUE(server->ends_well()) << "it has stayed up: " << server->errors();
}

}  // namespace
}  // namespace sotto::tools
