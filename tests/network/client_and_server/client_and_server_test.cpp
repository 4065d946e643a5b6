#include <gmock/gmock.h>

#include <filesystem>
#include <thread>

#include "signaling/client/client.hpp"
#include "signaling/identity/contact.hpp"
#include "signaling/server/server.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/client/client_world.hpp"

namespace sotto::signaling {
namespace {

using testing::HasSubstr;

std::shared_ptr<IdentityKeeper> identity_made(WallTime when) {
  return std::make_shared<IdentityKeeper>(DeviceIdentity::create(system_random(), when));
}

/// A device with a client of its own.
struct Device {
  Device(ServerAddress server, std::string register_name,
         std::shared_ptr<IdentityKeeper> identity = identity_made(wall_now()))
      : address(std::move(server)), name(std::move(register_name)), keeper(std::move(identity)) {
    start();
  }
  // The inboxes are still there when the last callback comes.
  ~Device() { client->stop(); }

  void start() {
    ClientOptions options;
    options.server = address;
    options.identity = keeper;
    options.register_name = name;
    options.on_status = [this](const ServerStatus& status) { statuses.put(status); };
    client = Client::create(std::move(options)).value();
    client->start([this](Envelope envelope) { envelopes.put({envelope.blob.begin(), envelope.blob.end()}); });
  }
  ServerStatus wait_for(ServerState state) {
    return statuses.wait_for([state](const ServerStatus& status) { return status.state == state; });
  }
  void send_to(const Device& other, const std::string& blob) const {
    const auto identity = other.keeper->current();
    Envelope envelope{identity->account().bytes, identity->device().bytes, {blob.begin(), blob.end()}};
    EXPECT_TRUE(client->send(std::move(envelope)).ok());
  }
  Result<std::optional<DirectoryEntry>> look_up(const std::string& wanted) const {
    Inbox<std::optional<Result<std::optional<DirectoryEntry>>>> answers;
    client->look_up(wanted, [&](Result<std::optional<DirectoryEntry>> entry) { answers.put(std::move(entry)); });
    return answers.wait().value();
  }
  bool done(const std::function<void(Client::Done)>& ask) const {
    Inbox<bool> answers;
    ask([&](const Result<void>& result) { answers.put(result.ok()); });
    return answers.wait();
  }

  const ServerAddress address;
  const std::string name;
  const std::shared_ptr<IdentityKeeper> keeper;
  Inbox<ServerStatus> statuses;
  Inbox<std::string> envelopes;
  std::shared_ptr<Client> client;
};

class ClientAndServer : public testing::Test {
 protected:
  void SetUp() override {
    options_.state = folder_.path();
    options_.listen = {{"127.0.0.1", 0}};
    start_server();
  }
  void start_server() {
    server_ = Server::start(options_).value();
    options_.listen[0].port = server_->port();
  }
  void stop_server() { server_.reset(); }
  ServerAddress address() const { return {"127.0.0.1", options_.listen[0].port, server_->key_hash()}; }

  const TemporaryFolder folder_;
  ServerOptions options_;
  std::unique_ptr<Server> server_;
};

TEST_F(ClientAndServer, RegisterANameAndFindIt) {
  Device alice(address(), "alice");
  Device bob(address(), "bob");
  EXPECT_EQ(alice.wait_for(ServerState::kSignedIn).name, "alice");
  EXPECT_EQ(bob.wait_for(ServerState::kSignedIn).name, "bob");

  const DirectoryEntry entry = alice.look_up("bob").value().value();

  EXPECT_EQ(entry.name, "bob");
  ASSERT_EQ(entry.bundles.size(), 1u);
  EXPECT_EQ(verify_bundle(entry.bundles[0], wall_now()).value().account, bob.keeper->current()->account());
  EXPECT_FALSE(alice.look_up("nobody").value());
}

TEST_F(ClientAndServer, CarryEnvelopesBetweenDevices) {
  Device alice(address(), "alice");
  Device bob(address(), "bob");
  bob.wait_for(ServerState::kSignedIn);
  alice.wait_for(ServerState::kSignedIn);
  for (int i = 0; i < 20; ++i) {
    alice.send_to(bob, "to bob " + std::to_string(i));
    EXPECT_EQ(bob.envelopes.wait(), "to bob " + std::to_string(i));
    bob.send_to(alice, "to alice " + std::to_string(i));
    EXPECT_EQ(alice.envelopes.wait(), "to alice " + std::to_string(i));
  }
}

TEST_F(ClientAndServer, KeepAnEnvelopeForADeviceThatIsAwayForAMoment) {
  Device alice(address(), "alice");
  Device bob(address(), "bob");
  alice.wait_for(ServerState::kSignedIn);
  bob.wait_for(ServerState::kSignedIn);
  bob.client->stop();
  alice.send_to(bob, "said while you were away");

  bob.start();

  EXPECT_EQ(bob.envelopes.wait(), "said while you were away");
}

TEST_F(ClientAndServer, FindEachOtherAgainAfterTheServerWasRestarted) {
  Device alice(address(), "alice");
  Device bob(address(), "bob");
  alice.wait_for(ServerState::kSignedIn);
  bob.wait_for(ServerState::kSignedIn);
  stop_server();
  alice.wait_for(ServerState::kWaiting);
  bob.wait_for(ServerState::kWaiting);
  alice.send_to(bob, "said while there was no server");

  start_server();

  // What the server says before it stops asks for patience; a hint makes the test quicker.
  alice.client->network_changed();
  bob.client->network_changed();
  EXPECT_EQ(alice.wait_for(ServerState::kSignedIn).name, "alice");
  EXPECT_EQ(bob.wait_for(ServerState::kSignedIn).name, "bob");
  EXPECT_EQ(bob.envelopes.wait(), "said while there was no server");
  EXPECT_TRUE(alice.look_up("bob").value());
}

TEST_F(ClientAndServer, SayThatANameIsTaken) {
  Device alice(address(), "alice");
  alice.wait_for(ServerState::kSignedIn);

  Device another(address(), "alice");

  const ServerStatus status = another.wait_for(ServerState::kRefused);
  EXPECT_EQ(status.problem, ServerProblem::kRefused);
  EXPECT_THAT(status.explanation, HasSubstr("another"));
}

TEST_F(ClientAndServer, SayThatTheAccountIsNotRegistered) {
  Device nameless(address(), "");

  EXPECT_EQ(nameless.wait_for(ServerState::kRefused).problem, ServerProblem::kNotRegistered);
}

TEST_F(ClientAndServer, HideAnAccountThatDoesNotWantToBeFound) {
  Device alice(address(), "alice");
  Device bob(address(), "bob");
  alice.wait_for(ServerState::kSignedIn);
  bob.wait_for(ServerState::kSignedIn);
  const std::array<uint8_t, 16> token{1, 2, 3};

  EXPECT_TRUE(bob.done([&](Client::Done done) { bob.client->set_profile(true, token, {}, std::move(done)); }));

  EXPECT_FALSE(alice.look_up("bob").value());
  Inbox<std::string> names;
  alice.client->look_up(bob.keeper->current()->account(), token,
                        [&](const auto& entry) { names.put(entry.ok() && *entry ? (*entry)->name : "nobody"); });
  EXPECT_EQ(names.wait(), "bob");
}

TEST_F(ClientAndServer, PublishANewAgreeKey) {
  Device alice(address(), "alice");
  Device bob(address(), "bob", identity_made(wall_now() - std::chrono::days(8)));
  alice.wait_for(ServerState::kSignedIn);
  bob.wait_for(ServerState::kSignedIn);
  const auto epoch = [&alice] {
    return verify_bundle(alice.look_up("bob").value()->bundles.at(0), wall_now()).value().agree_key_epoch;
  };
  EXPECT_EQ(epoch(), 1u);
  ASSERT_TRUE(bob.keeper->renew(wall_now(), system_random()).value());

  EXPECT_TRUE(bob.done([&](Client::Done done) { bob.client->publish(std::move(done)); }));

  EXPECT_EQ(epoch(), 2u);
}

TEST_F(ClientAndServer, HaveNoRelayUnlessTheServerWasGivenOne) {
  Device alice(address(), "alice");
  alice.wait_for(ServerState::kSignedIn);
  Inbox<size_t> relays;

  alice.client->request_relays([&](const auto& answer) { relays.put(answer.ok() ? answer->size() : 99); });

  EXPECT_EQ(relays.wait(), 0u);
}

}  // namespace
}  // namespace sotto::signaling
