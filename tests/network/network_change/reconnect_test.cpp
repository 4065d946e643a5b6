// An engine whose link to the server waits, when the network changes.
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include <sotto/engine.hpp>

#include "signaling/server/server.hpp"
#include "tests/support/own_network.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sotto {
namespace {

// Ends a test that would hang, and is far below the five minutes that are waited for otherwise.
constexpr std::chrono::seconds kGuard{60};

class Reconnect : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = test::enter_own_network(); !why.empty()) GTEST_SKIP() << why;
    ASSERT_TRUE(test::ip("link set lo up"));
  }

  void start_server(signaling::RegistrationMode registration) {
    server_.reset();
    signaling::ServerOptions options;
    options.listen = {{"127.0.0.1", port_}};
    options.state = folder_.path();
    options.registration = registration;
    server_ = signaling::Server::start(std::move(options)).value();
    port_ = server_->port();
  }

  void start_engine() {
    EngineOptions options{.identity = Identity::create()};
    options.server = "127.0.0.1:" + std::to_string(port_) + "#" + signaling::pin_to_string(server_->key_hash());
    options.register_name = "alice";
    engine_ = Engine::create(std::move(options)).value();
    engine_->on_server_status([this](const ServerStatus& status) {
      const std::lock_guard lock(mutex_);
      status_ = status;
      changed_.notify_all();
    });
  }
  bool wait_for(ServerState state) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kGuard, [&] { return status_.state == state; });
  }

  const TemporaryFolder folder_;
  std::unique_ptr<signaling::Server> server_;
  uint16_t port_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  ServerStatus status_;
  std::unique_ptr<Engine> engine_;  // last: its callbacks use the others
};

// What a server refuses is looked at again after five minutes, unless the network changes.
TEST_F(Reconnect, IsTriedAtOnceWhenAnAddressIsAdded) {
  start_server(signaling::RegistrationMode::kClosed);
  start_engine();
  ASSERT_TRUE(wait_for(ServerState::kRefused)) << status_.explanation;
  start_server(signaling::RegistrationMode::kOpen);

  ASSERT_TRUE(test::ip("address add 192.0.2.1/32 dev lo"));

  EXPECT_TRUE(wait_for(ServerState::kSignedIn)) << status_.explanation;
}

TEST_F(Reconnect, IsTriedAtOnceWhenARouteIsAdded) {
  start_server(signaling::RegistrationMode::kClosed);
  start_engine();
  ASSERT_TRUE(wait_for(ServerState::kRefused)) << status_.explanation;
  start_server(signaling::RegistrationMode::kOpen);

  ASSERT_TRUE(test::ip("route add 198.51.100.0/24 dev lo"));

  EXPECT_TRUE(wait_for(ServerState::kSignedIn)) << status_.explanation;
}

}  // namespace
}  // namespace sotto
