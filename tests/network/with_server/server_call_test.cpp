// Calls by name over a real server on loopback.
#include <gtest/gtest.h>

#include <future>

#include "engine/contact_book.hpp"
#include "signaling/server/server.hpp"
#include "tests/network/test_device.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sotto::test {
namespace {

class ServerCall : public ::testing::Test {
 protected:
  void SetUp() override { start_server(0); }

  void start_server(uint16_t port) {
    signaling::ServerOptions options;
    options.listen = {{"127.0.0.1", port}};
    options.state = folder_.path();
    auto server = signaling::Server::start(std::move(options));
    ASSERT_TRUE(server.ok()) << server.error().message;
    server_ = std::move(*server);
  }

  /// Signs in by `name`; waits until it is done.
  std::unique_ptr<TestDevice> sign_in(const std::string& name) {
    auto device = std::make_unique<TestDevice>(
        Identity::create(), nullptr, [&](EngineOptions& options, engine::InternalOptions&) {
          options.server =
              "127.0.0.1:" + std::to_string(server_->port()) + "#" + signaling::pin_to_string(server_->key_hash());
          options.register_name = name;
        });
    EXPECT_TRUE(wait_for(*device, ServerState::kSignedIn)) << device->engine().server_status().explanation;
    return device;
  }
  static bool wait_for(TestDevice& device, ServerState state) {
    auto reached = std::make_shared<std::promise<void>>();
    device.engine().on_server_status([reached, state, told = false](const ServerStatus& status) mutable {
      if (status.state == state && !std::exchange(told, true)) reached->set_value();
    });
    return reached->get_future().wait_for(kGuard) == std::future_status::ready;
  }
  static Result<FoundAccount> find(TestDevice& device, const std::string& name) {
    auto found = std::make_shared<std::promise<Result<FoundAccount>>>();
    device.engine().find(name, [found](Result<FoundAccount> answer) { found->set_value(std::move(answer)); });
    return found->get_future().get();
  }
  static void befriend(TestDevice& one, const std::string& name) {
    const auto found = find(one, name);
    ASSERT_TRUE(found.ok()) << found.error().message;
    ASSERT_TRUE(one.engine().contacts().add(name, found->bundle).ok());
  }

  const TemporaryFolder folder_;
  std::unique_ptr<signaling::Server> server_;
};

TEST_F(ServerCall, TwoPeopleFindEachOtherAndTalk) {
  const auto alice = sign_in("alice");
  const auto bob = sign_in("bob");
  befriend(*alice, "bob");
  befriend(*bob, "alice");
  const auto outgoing = alice->engine().call("bob", alice->media()).value();
  const auto incoming = bob->wait_for_incoming();
  ASSERT_TRUE(incoming);
  EXPECT_EQ(incoming->name(), "alice");
  CallWatch at_alice(outgoing);
  CallWatch at_bob(incoming);
  ASSERT_TRUE(incoming->accept(bob->media()).ok());
  ASSERT_TRUE(at_alice.wait_for_frames(5));
  ASSERT_TRUE(at_bob.wait_for_frames(5));
  EXPECT_EQ(outgoing->statistics().security.safety_number, incoming->statistics().security.safety_number);
  EXPECT_FALSE(outgoing->statistics().security.safety_number.empty());
}

TEST_F(ServerCall, ServerThatDiesIsNotNoticedInACallAndComesBackByItself) {
  const auto alice = sign_in("alice");
  const auto bob = sign_in("bob");
  befriend(*alice, "bob");
  befriend(*bob, "alice");
  const auto outgoing = alice->engine().call("bob", alice->media()).value();
  const auto incoming = bob->wait_for_incoming();
  ASSERT_TRUE(incoming);
  CallWatch at_bob(incoming);
  ASSERT_TRUE(incoming->accept(bob->media()).ok());
  ASSERT_TRUE(at_bob.wait_for_frames(1));
  const uint16_t port = server_->port();
  server_.reset();
  ASSERT_TRUE(wait_for(*bob, ServerState::kWaiting));
  ASSERT_TRUE(at_bob.wait_for_frames(at_bob.frames() + 30));
  EXPECT_EQ(incoming->state(), CallState::kActive);
  outgoing->hang_up();
  ASSERT_TRUE(at_bob.wait_for(CallState::kEnded)) << "said over the path of the call";
  EXPECT_EQ(incoming->end_reason(), EndReason::kPeerHungUp);

  start_server(port);
  ASSERT_TRUE(wait_for(*alice, ServerState::kSignedIn));
  ASSERT_TRUE(wait_for(*bob, ServerState::kSignedIn));
  bob->reset();
  const auto again = alice->engine().call("bob", alice->media()).value();
  EXPECT_TRUE(bob->wait_for_incoming());
}

TEST_F(ServerCall, WhoeverIsBlockedFindsNobodyUntilThatIsUndone) {
  const auto alice = sign_in("alice");
  const auto mallory = sign_in("mallory");
  befriend(*alice, "mallory");
  ASSERT_TRUE(find(*mallory, "alice").ok());
  Contacts contacts = alice->engine().contacts();
  std::promise<void> told;
  std::promise<void> untold;
  const auto watch = engine::ContactsAccess::book(contacts)->watch_blocks([&, calls = 0]() mutable {
    ++calls;  // each change is told when it is made, and when the server has acknowledged it
    if (calls == 2) told.set_value();
    if (calls == 4) untold.set_value();
  });
  ASSERT_TRUE(contacts.block(mallory->identity().account()).ok());
  ASSERT_EQ(told.get_future().wait_for(kGuard), std::future_status::ready);

  const auto blocked = find(*mallory, "alice");
  const auto unknown = find(*mallory, "nobody");

  ASSERT_FALSE(blocked.ok());
  EXPECT_EQ(blocked.error().code, unknown.error().code);
  EXPECT_EQ(blocked.error().message, unknown.error().message);
  ASSERT_TRUE(contacts.unblock(mallory->identity().account()).ok());
  ASSERT_EQ(untold.get_future().wait_for(kGuard), std::future_status::ready);
  EXPECT_TRUE(find(*mallory, "alice").ok());
}

TEST_F(ServerCall, NameThatNobodyHasIsToldAsSuch) {
  const auto alice = sign_in("alice");
  EXPECT_FALSE(find(*alice, "nobody").ok());
  const auto call = alice->engine().call("nobody", alice->media(), {.direct = true}).value();
  CallWatch watch(call);
  ASSERT_TRUE(watch.wait_for(CallState::kEnded));
  EXPECT_EQ(call->end_reason(), EndReason::kUnknownName);
}

}  // namespace
}  // namespace sotto::test
