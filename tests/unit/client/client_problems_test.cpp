#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/unit/client/client_world.hpp"
#include "tests/unit/client/test_proxy.hpp"
#include "tests/unit/client/test_server.hpp"

namespace sotto::signaling {
namespace {

using testing::HasSubstr;

/// Everything that can stand between a client and its sign-in.
class ClientProblems : public ClientWorld {
 protected:
  /// A port on which nothing listens, or nobody answers.
  struct SilentPort {
    explicit SilentPort(bool listen) {
      acceptor.open(asio::ip::tcp::v4());
      acceptor.bind({asio::ip::address_v4::loopback(), 0});
      if (listen) acceptor.listen();
    }
    ServerAddress address() const { return {"127.0.0.1", acceptor.local_endpoint().port(), std::nullopt}; }
    asio::io_context context;
    asio::ip::tcp::acceptor acceptor{context};
  };

  /// Makes the certificate one that the system's authorities vouch for, for the clients of this test.
  void trust(const TestCertificate& certificate) {
    path_ = std::filesystem::path(testing::TempDir()) /
            ("sotto-authorities-" + std::to_string(reinterpret_cast<uintptr_t>(this)) + ".pem");
    std::ofstream(path_) << certificate.pem();
    setenv("SSL_CERT_FILE", path_.c_str(), 1);
  }
  void TearDown() override {
    unsetenv("SSL_CERT_FILE");
    if (!path_.empty()) std::filesystem::remove(path_);
  }
  static ServerAddress by_name(const TestServer& server) { return {"localhost", server.port(), std::nullopt}; }

 private:
  std::filesystem::path path_;
};

TEST_F(ClientProblems, NothingListensOnThePort) {
  const ServerStatus status = problem_at(SilentPort(false).address());

  EXPECT_EQ(status.state, ServerState::kWaiting);
  EXPECT_EQ(status.problem, ServerProblem::kPort);
  EXPECT_TRUE(status.retry_in);
  EXPECT_THAT(status.explanation, HasSubstr("nothing listens"));
}

// RFC 6761 section 6.4: a name under .invalid never resolves. Without any name server that is another message.
TEST_F(ClientProblems, TheNameDoesNotResolve) {
  EXPECT_EQ(problem_at({"no-such-name.invalid", 7443, std::nullopt}).problem, ServerProblem::kName);
}

TEST_F(ClientProblems, TheKeyIsNotThatOfThePin) {
  TestServer server;
  ServerAddress address = server.address();
  address.pin->front() ^= 1;

  const ServerStatus status = problem_at(address);

  EXPECT_EQ(status.state, ServerState::kRefused);
  EXPECT_EQ(status.problem, ServerProblem::kPin);
  EXPECT_EQ(server.sign_ins(), 0);
}

TEST_F(ClientProblems, ThePinIsAllThatCounts) {
  const TestCertificate key;
  const TestCertificate renewed = key.renewed();
  const TestCertificate expired("DNS:other.example", -7200, -3600);
  for (const TestCertificate* certificate : {&renewed, &expired}) {
    TestServer::Options server_options;
    server_options.certificate = certificate;
    TestServer server(server_options);
    const std::shared_ptr<Client> client = start_at({"localhost", server.port(), certificate->pin()});
    EXPECT_EQ(wait_for(ServerState::kSignedIn).name, "alice");
  }
}

TEST_F(ClientProblems, NoAuthorityVouchesForTheCertificate) {
  TestServer server;

  const ServerStatus status = problem_at(by_name(server));

  EXPECT_EQ(status.state, ServerState::kRefused);
  EXPECT_EQ(status.problem, ServerProblem::kCertificate);
  EXPECT_THAT(status.explanation, HasSubstr("#PIN"));
}

TEST_F(ClientProblems, ACertificateOfAnAuthorityIsGoodForItsNamesAlone) {
  const TestCertificate certificate("DNS:localhost");
  trust(certificate);
  TestServer::Options server_options;
  server_options.certificate = &certificate;
  TestServer server(server_options);
  {
    const std::shared_ptr<Client> client = start_at(by_name(server));
    EXPECT_EQ(wait_for(ServerState::kSignedIn).name, "alice");
    EXPECT_EQ(server.asked_name(), "localhost");
  }

  const ServerStatus status = problem_at({"127.0.0.1", server.port(), std::nullopt});

  EXPECT_EQ(status.problem, ServerProblem::kCertificate);
  EXPECT_THAT(status.explanation, HasSubstr("another name"));
  EXPECT_EQ(server.asked_name(), "localhost") << "an address is not asked for by name";
}

TEST_F(ClientProblems, TheCertificateHasExpired) {
  const TestCertificate certificate("DNS:localhost", -7200, -3600);
  trust(certificate);
  TestServer::Options server_options;
  server_options.certificate = &certificate;
  TestServer server(server_options);

  const ServerStatus status = problem_at(by_name(server));

  EXPECT_EQ(status.problem, ServerProblem::kCertificate);
  EXPECT_THAT(status.explanation, HasSubstr("expired"));
}

TEST_F(ClientProblems, TheServerDoesNotSpeakTls13) {
  TestServer::Options server_options;
  server_options.tls_1_3 = false;
  TestServer server(server_options);

  const ServerStatus status = problem_at(server.address());

  EXPECT_EQ(status.problem, ServerProblem::kTls);
  EXPECT_THAT(status.explanation, HasSubstr("TLS 1.3"));
}

TEST_F(ClientProblems, TheServerSpeaksAnotherProtocol) {
  for (const char* protocol : {"", "h2"}) {
    TestServer::Options server_options;
    server_options.protocol = protocol;
    TestServer server(server_options);
    const ServerStatus status = problem_at(server.address());
    EXPECT_EQ(status.problem, ServerProblem::kTls) << protocol;
    EXPECT_EQ(server.sign_ins(), 0);
  }
}

TEST_F(ClientProblems, TheProxyIsNotThere) {
  ClientOptions through_proxy = options({"sotto.example", 7443, std::nullopt});
  const ServerAddress nobody = SilentPort(false).address();
  through_proxy.proxy = ProxyAddress{ProxyAddress::Kind::kHttpConnect, nobody.host, nobody.port, {}, {}};

  const ServerStatus status = problem_with(std::move(through_proxy));

  EXPECT_EQ(status.problem, ServerProblem::kProxy);
  EXPECT_THAT(status.explanation, HasSubstr("proxy's port"));
}

TEST_F(ClientProblems, TheProxyRefuses) {
  const std::string refusal = "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n";
  TestProxy proxy({{0, "\r\n\r\n", Bytes(refusal.begin(), refusal.end())}}, 1);
  ClientOptions through_proxy = options({"sotto.example", 7443, std::nullopt});
  through_proxy.proxy = ProxyAddress{ProxyAddress::Kind::kHttpConnect, "127.0.0.1", proxy.port(), {}, {}};

  EXPECT_EQ(problem_with(std::move(through_proxy)).problem, ServerProblem::kProxy);
}

TEST_F(ClientProblems, AreOvercomeThroughAnHttpProxy) {
  TestServer server;
  const std::string yes = "HTTP/1.1 200 Connection established\r\n\r\n";
  TestProxy proxy({{0, "\r\n\r\n", Bytes(yes.begin(), yes.end())}}, server.port());
  ClientOptions through_proxy = options(server.address());
  // The name exists for the proxy alone.
  through_proxy.server.host = "server-behind-the-proxy.invalid";
  through_proxy.proxy = ProxyAddress{ProxyAddress::Kind::kHttpConnect, "127.0.0.1", proxy.port(), "me", "pw"};

  const std::shared_ptr<Client> client = start(std::move(through_proxy));

  EXPECT_EQ(wait_for(ServerState::kSignedIn).name, "alice");
  EXPECT_THAT(proxy.heard(), HasSubstr("CONNECT server-behind-the-proxy.invalid:"));
  EXPECT_THAT(proxy.heard(), HasSubstr("Proxy-Authorization: Basic bWU6cHc="));
}

TEST_F(ClientProblems, AreOvercomeThroughASocksProxy) {
  TestServer server;
  const std::string host = "server-behind-the-proxy.invalid";
  TestProxy proxy({{4, {}, {5, 2}}, {7, {}, {1, 0}}, {5 + host.size() + 2, {}, {5, 0, 0, 1, 0, 0, 0, 0, 0, 0}}},
                  server.port());
  ClientOptions through_proxy = options(server.address());
  through_proxy.server.host = host;
  through_proxy.proxy = ProxyAddress{ProxyAddress::Kind::kSocks5, "127.0.0.1", proxy.port(), "me", "pw"};

  const std::shared_ptr<Client> client = start(std::move(through_proxy));

  EXPECT_EQ(wait_for(ServerState::kSignedIn).name, "alice");
  EXPECT_THAT(proxy.heard(), HasSubstr(host));
}

TEST_F(ClientProblems, EndWhenTheServerComes) {
  SilentPort port(false);
  const ServerAddress address = port.address();
  const TestCertificate certificate;
  const std::shared_ptr<Client> client = start_at({"127.0.0.1", address.port, certificate.pin()});
  EXPECT_EQ(wait_for(ServerState::kWaiting).problem, ServerProblem::kPort);

  port.acceptor.close();
  TestServer::Options server_options;
  server_options.certificate = &certificate;
  server_options.port = address.port;
  TestServer server(server_options);

  EXPECT_EQ(wait_for(ServerState::kSignedIn).problem, ServerProblem::kNone);
}

}  // namespace
}  // namespace sotto::signaling
