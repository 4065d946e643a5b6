#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/bytes.hpp"
#include "signaling/detail/asio.hpp"
#include "signaling/link/server_address.hpp"
#include "signaling/protocol/server.pb.h"
#include "tests/unit/link/test_certificate.hpp"

namespace sotto::signaling {

/// A server on loopback that the test speaks for: it greets and signs in by itself, hands every other message to the
/// test, and says what the test wants. Waits give up after 20 s.
class TestServer {
 public:
  struct Options {
    const TestCertificate* certificate = nullptr;  ///< Its own, if none.
    std::string protocol = "sotto/1";              ///< By ALPN. Empty: knows no ALPN.
    bool tls_1_3 = true;
    uint16_t port = 0;
    uint64_t sent_id = 0;  ///< That SignedIn tells.
    std::optional<wire::Refusal> refusal;
  };

  TestServer() : TestServer(Options()) {}
  explicit TestServer(Options options);
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  uint16_t port() const { return port_; }
  /// "127.0.0.1:port", with the right pin.
  ServerAddress address() const;

  /// The next message that came, signing in and pings aside; an empty one if none does.
  wire::ToServer next();
  void say(const wire::ToDevice& message);
  /// Bytes as they are.
  void say_raw(Bytes bytes);
  /// Cuts the link that there is; the next one is told `sent_id`.
  void drop_link(uint64_t sent_id);
  /// How many sign-ins were proven.
  int sign_ins();
  /// The server's name that the last client asked for (SNI).
  std::string asked_name();

 private:
  class Link;
  void accept();
  void on_message(Link& link, const wire::ToServer& message);

  const Options options_;
  TestCertificate own_certificate_;
  Bytes protocols_;
  asio::io_context context_;
  asio::ssl::context tls_{asio::ssl::context::tls_server};
  asio::ip::tcp::acceptor acceptor_{context_};
  uint16_t port_ = 0;
  std::weak_ptr<Link> link_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<wire::ToServer> messages_;
  uint64_t sent_id_ = 0;
  int sign_ins_ = 0;
  std::string asked_name_;
  std::thread thread_;
};

}  // namespace sotto::signaling
