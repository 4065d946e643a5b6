#include <gtest/gtest.h>

#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "tests/network/test_device.hpp"
#include "tests/network/two_processes/socket_channel.hpp"

namespace sotto::test {
namespace {

/// Exchanges public identities over the socket before signalling uses it, as people would by other ways.
AccountId swap_bundles(int socket, TestDevice& device) {
  const std::vector<uint8_t> own = device.identity().bundle();
  EXPECT_EQ(send(socket, own.data(), own.size(), MSG_NOSIGNAL), static_cast<ssize_t>(own.size()));
  std::vector<uint8_t> other(8192);
  const ssize_t size = recv(socket, other.data(), other.size(), 0);
  EXPECT_GT(size, 0);
  other.resize(static_cast<size_t>(std::max<ssize_t>(size, 0)));
  const auto added = device.engine().add_contact(other);
  EXPECT_TRUE(added.ok()) << added.error().message;
  return added ? *added : AccountId{};
}

/// The second process: takes one call, sees and hears it, and waits for its end. Returns the exit code.
int run_callee(int bundles, int signaling) {
  TestDevice bob(std::make_shared<SocketChannel>(signaling));
  swap_bundles(bundles, bob);
  const auto call = bob.wait_for_incoming();
  if (!call) return 2;
  CallWatch watch(call);
  if (!call->accept(bob.media()).ok()) return 3;
  if (!watch.wait_for_frames(10)) return 4;
  if (!hear(*call)) return 5;
  if (!watch.wait_for(CallState::kEnded)) return 6;
  return call->end_reason() == EndReason::kPeerHungUp ? 0 : 7;
}

class TwoProcesses : public ::testing::Test {
 protected:
  void start_callee(Duration peer_gone_after) {
    int bundles[2];
    int signaling[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, bundles), 0);
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, signaling), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, bundles[1], 10);
    posix_spawn_file_actions_adddup2(&actions, signaling[1], 11);
    std::string program = "/proc/self/exe";
    std::string role = "--callee";
    char* arguments[] = {program.data(), role.data(), nullptr};
    ASSERT_EQ(posix_spawn(&callee_, program.c_str(), &actions, nullptr, arguments, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(bundles[1]);
    close(signaling[1]);
    alice_ = std::make_unique<TestDevice>(std::make_shared<SocketChannel>(signaling[0]), peer_gone_after);
    bob_ = swap_bundles(bundles[0], *alice_);
    close(bundles[0]);
  }
  void TearDown() override {
    if (callee_ > 0) {
      kill(callee_, SIGKILL);
      wait_for_callee();
    }
  }
  int wait_for_callee() {
    int status = 0;
    EXPECT_EQ(waitpid(callee_, &status, 0), callee_);
    callee_ = 0;
    return status;
  }
  std::shared_ptr<Call> dial() {
    auto call = alice_->engine().call(bob_, alice_->media());
    return call ? *call : nullptr;
  }

  std::unique_ptr<TestDevice> alice_;
  AccountId bob_{};
  pid_t callee_ = 0;
};

TEST_F(TwoProcesses, SeeAndHearEachOtherUntilTheCallerHangsUp) {
  start_callee(30s);
  const auto call = dial();
  ASSERT_TRUE(call);
  CallWatch watch(call);
  ASSERT_TRUE(watch.wait_for_frames(30));
  EXPECT_TRUE(hear(*call));
  call->hang_up();
  const int status = wait_for_callee();
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(TwoProcesses, CallerEndsWithPeerGoneWhenTheCalleeIsKilled) {
  start_callee(2s);  // 30 s in production
  const auto call = dial();
  ASSERT_TRUE(call);
  CallWatch watch(call);
  ASSERT_TRUE(watch.wait_for_frames(10));
  kill(callee_, SIGKILL);
  ASSERT_TRUE(watch.wait_for(CallState::kEnded));
  EXPECT_EQ(call->end_reason(), EndReason::kPeerGone);
}

}  // namespace
}  // namespace sotto::test

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "--callee") == 0) return sotto::test::run_callee(10, 11);
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
