// What an engine tells its server by itself: whom the user has blocked, and that the network has changed.
#include <gtest/gtest.h>

#include <future>
#include <utility>

#include "tests/network/fake_server.hpp"
#include "tests/network/test_device.hpp"

namespace sotto::test {
namespace {

/// A network thread whose network changes when a test wants it.
class ChangingNetwork final : public engine::NetworkThread {
 public:
  explicit ChangingNetwork(std::function<void()>& change) : change_(change) {}

  void post(std::function<void()> task) override { thread_->post(std::move(task)); }
  void run(const std::function<void()>& task) override { thread_->run(task); }
  bool is_current() const override { return thread_->is_current(); }
  std::unique_ptr<engine::DeadlineTimer> make_timer(std::function<void()> on_deadline) override {
    return thread_->make_timer(std::move(on_deadline));
  }
  std::shared_ptr<engine::WakeSignal> make_wake_signal(std::function<void()> on_wake) override {
    return thread_->make_wake_signal(std::move(on_wake));
  }
  Result<std::unique_ptr<transport::IceAgent>> make_ice_agent(transport::IceOptions options,
                                                              transport::IceCallbacks callbacks) override {
    return thread_->make_ice_agent(std::move(options), std::move(callbacks));
  }
  Result<std::unique_ptr<transport::NetworkMonitor>> watch_network(std::function<void()> on_change) override {
    change_ = [this, on_change = std::move(on_change)] { thread_->run(on_change); };
    return std::make_unique<transport::NetworkMonitor>();
  }

 private:
  std::function<void()>& change_;
  const std::unique_ptr<engine::NetworkThread> thread_ = engine::start_network_thread();
};

class ServerHints : public ::testing::Test {
 protected:
  std::unique_ptr<TestDevice> make_device(const Contacts& contacts) {
    return std::make_unique<TestDevice>(self_, hub_.connect(self_.account(), self_.device()),
                                        [&](EngineOptions& options, engine::InternalOptions& internal) {
                                          options.contacts = contacts;
                                          options.server = "sotto.example";
                                          internal.directory = directory_;
                                          internal.start_network = [this] {
                                            return std::make_unique<ChangingNetwork>(change_network_);
                                          };
                                        });
  }
  AccountId add(Contacts& contacts) { return contacts.add({}, Identity::create().bundle()).value(); }
  /// Until what the engine was asked before is done, and nothing more is under way.
  static void settle(TestDevice& device) {
    std::promise<void> done;
    device.engine().on_server_status([&, told = false](const ServerStatus&) mutable {
      if (!std::exchange(told, true)) done.set_value();
    });
    done.get_future().wait();
  }

  InProcessHub hub_;
  Identity self_ = Identity::create();
  std::shared_ptr<FakeDirectory> directory_ = std::make_shared<FakeDirectory>();
  std::function<void()> change_network_;
};

TEST_F(ServerHints, BlockIsToldAtOnceAndWhenItIsUndone) {
  Contacts contacts(self_);
  const auto device = make_device(contacts);
  const AccountId mallory = add(contacts);
  ASSERT_TRUE(contacts.block(mallory).ok());
  EXPECT_TRUE(directory_->wait_for_denied({mallory}));
  ASSERT_TRUE(contacts.unblock(mallory).ok());
  EXPECT_TRUE(directory_->wait_for_denied({}));
}

TEST_F(ServerHints, BlockOfAPersonWhoIsRemovedIsTakenBack) {
  Contacts contacts(self_);
  const auto device = make_device(contacts);
  const AccountId mallory = add(contacts);
  ASSERT_TRUE(contacts.block(mallory).ok());
  EXPECT_TRUE(directory_->wait_for_denied({mallory}));
  ASSERT_TRUE(contacts.remove(mallory).ok());
  EXPECT_TRUE(directory_->wait_for_denied({}));
}

TEST_F(ServerHints, WhatWasBlockedBeforeIsToldWithTheNextSignInAndThenNoMore) {
  Contacts contacts(self_);
  const AccountId mallory = add(contacts);
  ASSERT_TRUE(contacts.block(mallory).ok());
  {
    const auto device = make_device(contacts);
    directory_->sign_in_again();
    EXPECT_TRUE(directory_->wait_for_denied({mallory}));
    settle(*device);
    directory_->sign_in_again();
    settle(*device);
  }
  const auto again = make_device(contacts);
  directory_->sign_in_again();
  settle(*again);
  EXPECT_EQ(directory_->denials(), 1);
}

TEST_F(ServerHints, BlockThatTheServerDidNotHearOfIsToldAgain) {
  Contacts contacts(self_);
  const AccountId mallory = add(contacts);
  const auto device = make_device(contacts);
  directory_->fail();
  ASSERT_TRUE(contacts.block(mallory).ok());
  settle(*device);
  directory_->recover();
  directory_->sign_in_again();
  EXPECT_TRUE(directory_->wait_for_denied({mallory}));
}

TEST_F(ServerHints, ServerIsToldNothingWhereNobodyIsBlocked) {
  Contacts contacts(self_);
  add(contacts);
  const auto device = make_device(contacts);
  directory_->sign_in_again();
  settle(*device);
  EXPECT_EQ(directory_->denials(), 0);
}

TEST_F(ServerHints, LinkIsLookedAtWhenTheNetworkHasChanged) {
  const auto device = make_device(Contacts(self_));
  ASSERT_TRUE(change_network_);
  change_network_();
  EXPECT_TRUE(directory_->wait_for_network_change());
}

}  // namespace
}  // namespace sotto::test
