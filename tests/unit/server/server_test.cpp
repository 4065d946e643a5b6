#include "signaling/server/server.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <mutex>
#include <vector>

#include "tests/support/temporary_folder.hpp"
#include "tests/unit/identity/test_account.hpp"
#include "tests/unit/server/raw_tls_client.hpp"
#include "tests/unit/server/real_device.hpp"
#include "tests/unit/server/test_world.hpp"

namespace sotto::signaling {
namespace {

class ServerTest : public testing::Test {
 protected:
  ServerOptions options() {
    ServerOptions options;
    options.listen = {{"127.0.0.1", 0}};
    options.state = folder.path() / "state";
    options.log = [this](std::string_view line) {
      const std::lock_guard lock(mutex);
      log += std::string(line) + "\n";
    };
    return options;
  }
  std::string log_text() {
    const std::lock_guard lock(mutex);
    return log;
  }

  const TemporaryFolder folder;
  std::mutex mutex;
  std::string log;
};

TEST_F(ServerTest, JoinsTwoDevicesAndCarriesABlob) {
  const auto server = Server::start(options()).value();
  RawTlsClient alice(server->port());
  RawTlsClient bob(server->port());
  RealDevice alice_device(1);
  RealDevice bob_device(2);
  EXPECT_EQ(alice_device.join(alice, "alice").signed_in().name(), "alice");
  EXPECT_EQ(bob_device.join(bob, "bob").signed_in().name(), "bob");
  alice.say(send_message(1, bob_device.address(), std::string(8192, 'x')));
  EXPECT_EQ(alice.hear()->done().request(), 1u);
  EXPECT_EQ(bob.hear()->deliver().blob().size(), 8192u);
}

TEST_F(ServerTest, ShowsTheKeyThatItsPinIsOf) {
  const auto server = Server::start(options()).value();
  RawTlsClient client(server->port());
  ServerKeyHash hash;
  ASSERT_TRUE(server_key_hash_of(client.ssl(), false, hash));
  EXPECT_EQ(hash, server->key_hash());
}

TEST_F(ServerTest, SpeaksTls13AloneAndItsOwnProtocolAlone) {
  const auto server = Server::start(options()).value();
  EXPECT_TRUE(RawTlsClient(server->port()).is_secure());
  EXPECT_FALSE(RawTlsClient(server->port(), {.version = TLS1_2_VERSION}).is_secure());
  EXPECT_FALSE(RawTlsClient(server->port(), {.protocol = "http/1.1"}).is_secure());
  RawTlsClient without(server->port(), {.protocol = ""});
  EXPECT_FALSE(without.hear()) << "no word to who does not ask for the protocol";
}

TEST_F(ServerTest, GivesNoTickets) {
  const auto server = Server::start(options()).value();
  RawTlsClient client(server->port());
  RealDevice device(1);
  EXPECT_TRUE(device.join(client, "alice").has_signed_in());
  EXPECT_EQ(SSL_SESSION_has_ticket(SSL_get0_session(client.ssl())), 0);
}

TEST_F(ServerTest, RefusesTheProofOfAnotherConnection) {
  const auto server = Server::start(options()).value();
  RawTlsClient one(server->port());
  RawTlsClient other(server->port());
  RealDevice device(1);
  (void)one.hear();
  other.say(device.register_message(one, other.hear()->welcome().nonce(), "alice"));
  const std::optional<wire::ToDevice> answer = other.hear();
  EXPECT_EQ(answer->refused().refusal(), wire::REFUSAL_BAD_PROOF);
  EXPECT_FALSE(other.hear());
}

TEST_F(ServerTest, ClosesWhoSpeaksNoTls) {
  const auto server = Server::start(options()).value();
  RawTlsClient client(server->port(), {.shakes_hands = false});
  const std::string request = "GET / HTTP/1.1\r\nHost: example\r\n\r\n";
  ASSERT_EQ(::send(client.socket(), request.data(), request.size(), 0), static_cast<ssize_t>(request.size()));
  EXPECT_TRUE(client.is_closed_by_server());
}

TEST_F(ServerTest, ClosesWhoIsTooSlowToShakeHands) {
  ServerOptions impatient = options();
  impatient.limits.handshake = 20ms;
  const auto server = Server::start(impatient).value();
  RawTlsClient client(server->port(), {.shakes_hands = false});
  EXPECT_TRUE(client.is_closed_by_server());
}

TEST_F(ServerTest, ClosesWhoSaysEndlesslyMuchBeforeTlsStands) {
  const auto server = Server::start(options()).value();
  RawTlsClient client(server->port(), {.shakes_hands = false});
  // A handshake record that begins a ClientHello of 16 MiB.
  Bytes record{0x16, 3, 1, 0x40, 0, 1, 0xff, 0xff, 0xff};
  record.resize(5 + 0x4000, 0);
  for (int i = 0; i < 64; ++i) {
    if (::send(client.socket(), record.data(), record.size(), MSG_NOSIGNAL) < 0) break;
  }
  EXPECT_TRUE(client.is_closed_by_server());
}

TEST_F(ServerTest, KnowsItsAccountsAfterARestart) {
  RealDevice device(1);
  auto server = Server::start(options()).value();
  const ServerKeyHash key = server->key_hash();
  {
    RawTlsClient client(server->port());
    EXPECT_TRUE(device.join(client, "alice").has_signed_in());
  }
  server.reset();
  server = Server::start(options()).value();
  EXPECT_EQ(server->key_hash(), key);
  RawTlsClient other(server->port());
  RealDevice somebody_else(2);
  EXPECT_EQ(somebody_else.join(other, "alice").refused().refusal(), wire::REFUSAL_NAME_TAKEN);
}

TEST_F(ServerTest, TellsItsDevicesWhenItStops) {
  const auto server = Server::start(options()).value();
  RawTlsClient client(server->port());
  RealDevice device(1);
  EXPECT_TRUE(device.join(client, "alice").has_signed_in());
  server->stop();
  EXPECT_EQ(client.hear()->refused().refusal(), wire::REFUSAL_OVERLOADED);
  EXPECT_FALSE(client.hear());
  EXPECT_NE(log_text().find(R"("event":"stopped")"), std::string::npos);
}

TEST_F(ServerTest, KeepsItsLinksWithANewCertificate) {
  const ServerKeyFiles files = own_server_key(folder.path(), wall_now()).value();
  ServerOptions with_files = options();
  with_files.key_files = files;
  const auto server = Server::start(with_files).value();
  RawTlsClient before(server->port());
  RealDevice device(1);
  EXPECT_TRUE(device.join(before, "alice").has_signed_in());

  const TemporaryFolder other;
  const ServerKeyFiles renewed = own_server_key(other.path(), wall_now()).value();
  std::filesystem::copy_file(renewed.certificate, files.certificate, std::filesystem::copy_options::overwrite_existing);
  const ServerKeyHash old_key = server->key_hash();
  const Result<void> half_renewed = server->reload();
  EXPECT_FALSE(half_renewed.ok()) << "the key is still the old one";
  EXPECT_EQ(server->key_hash(), old_key);
  EXPECT_TRUE(RawTlsClient(server->port()).is_secure());

  std::filesystem::copy_file(renewed.key, files.key, std::filesystem::copy_options::overwrite_existing);
  EXPECT_TRUE(server->reload().ok());
  EXPECT_NE(server->key_hash(), old_key);
  RawTlsClient after(server->port());
  ServerKeyHash shown;
  EXPECT_TRUE(server_key_hash_of(after.ssl(), false, shown));
  EXPECT_EQ(shown, server->key_hash());
  wire::ToServer ping;
  ping.mutable_ping();
  before.say(ping);
  EXPECT_TRUE(before.hear()->has_pong());
}

TEST_F(ServerTest, SaysWhatIsInItsWay) {
  const auto server = Server::start(options()).value();
  const auto error = [this](auto change) {
    ServerOptions changed = options();
    changed.state = folder.path() / "other";
    change(changed);
    const auto second = Server::start(changed);
    return second.ok() ? std::string("it started") : second.error().message;
  };
  const auto has = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
  EXPECT_PRED2(has, error([&](ServerOptions& o) { o.listen[0].port = server->port(); }), "another program listens");
  EXPECT_PRED2(has, error([&](ServerOptions& o) { o.listen[0].address = "192.0.2.77"; }), "no such address");
  EXPECT_PRED2(has, error([&](ServerOptions& o) { o.listen[0].address = "localhost"; }), "no IP address");
  EXPECT_PRED2(has, error([&](ServerOptions& o) { o.state = folder.path() / "state"; }), "running already");
  std::ofstream(folder.path() / "file") << "x";
  EXPECT_PRED2(has, error([&](ServerOptions& o) { o.state = folder.path() / "file"; }), "no folder");
  EXPECT_PRED2(has, error([&](ServerOptions& o) { o.registration = RegistrationMode::kByInvite; }), "one a line");
  EXPECT_PRED2(has, error([&](ServerOptions& o) { o.relay_uris = {"turn:192.0.2.1"}; }), "secret");
  EXPECT_PRED2(has, error([&](ServerOptions& o) { o.relay_uris = {"http://192.0.2.1"}; }), "turn:HOST");
}

TEST_F(ServerTest, NamesNobodyInItsLogAndWritesNothingOfACall) {
  const auto server = Server::start(options()).value();
  RawTlsClient alice(server->port());
  RawTlsClient bob(server->port());
  RealDevice alice_device(1);
  RealDevice bob_device(2);
  EXPECT_TRUE(alice_device.join(alice, "alice").has_signed_in());
  EXPECT_TRUE(bob_device.join(bob, "bob").has_signed_in());
  const auto before = contents_of(folder.path());
  for (uint64_t i = 1; i <= 100; ++i) {
    alice.say(send_message(i, bob_device.address(), std::string(1068, 'x')));
    EXPECT_EQ(alice.hear()->done().request(), i);
    bob.say(received_message(bob.hear()->deliver().id()));
  }
  EXPECT_EQ(contents_of(folder.path()), before);
  server->stop();
  for (const char* secret : {"alice", "bob", "127.0.0.1"}) EXPECT_EQ(log_text().find(secret), std::string::npos);
}

TEST_F(ServerTest, EndsWithManyLinksInEveryState) {
  ServerOptions many = options();
  const auto server = Server::start(many).value();
  std::vector<std::unique_ptr<RawTlsClient>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(
        std::make_unique<RawTlsClient>(server->port(), RawTlsClient::Settings{.shakes_hands = i % 2 == 0}));
  }
  server->stop();
  for (const auto& client : clients) EXPECT_TRUE(client->is_closed_by_server());
}

}  // namespace
}  // namespace sotto::signaling
