#pragma once

#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "signaling/client/link_failure.hpp"
#include "signaling/link/server_address.hpp"

namespace sotto::signaling {

/// Asks a proxy for a tunnel to the server: HTTP CONNECT (RFC 9110 section 9.3.6) with Basic credentials (RFC 7617), or
/// SOCKS5 (RFC 1928) with its user and password (RFC 1929). The proxy resolves the server's name: that is often why
/// there is one. Bytes in, bytes out; one thread.
class ProxyHandshake {
 public:
  ProxyHandshake(ProxyAddress proxy, const ServerAddress& server);

  /// What is to be sent to the proxy now; empty if it is the proxy's turn.
  Bytes take_output();
  /// Takes what the proxy has sent. It is the last to speak, so nothing may come behind its last answer.
  void feed(ByteView bytes);

  /// The tunnel stands: from here on it is the server at the other end.
  bool done() const { return step_ == Step::kDone; }
  const std::optional<LinkFailure>& failure() const { return failure_; }

 private:
  enum class Step { kHttpResponse, kSocksMethod, kSocksLogin, kSocksReply, kDone, kFailed };

  void feed_http();
  void feed_socks();
  void finish_socks();
  void send_socks_login();
  void send_socks_request();
  void finish(size_t used);
  void fail(ServerProblem problem, std::string explanation);
  void fail_by_nonsense();
  void fail_by_status(int status);
  void fail_by_reply(uint8_t reply);

  ProxyAddress proxy_;
  std::string host_;
  uint16_t port_ = 0;
  Step step_;
  Bytes input_;
  Bytes output_;
  std::optional<LinkFailure> failure_;
};

}  // namespace sotto::signaling
