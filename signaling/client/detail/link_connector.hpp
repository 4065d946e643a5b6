#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "signaling/client/detail/resolver.hpp"
#include "signaling/client/detail/tcp_connector.hpp"
#include "signaling/client/detail/tls_client.hpp"
#include "signaling/client/link_failure.hpp"
#include "signaling/client/proxy_handshake.hpp"
#include "signaling/link/server_address.hpp"

namespace sotto::signaling {

/// One attempt to reach the server, from its name to the end of the TLS handshake, through a proxy or not. Each step
/// has a time limit of its own, and its own failure. One thread, its context's.
class LinkConnector : public std::enable_shared_from_this<LinkConnector> {
 public:
  struct Connected {
    std::unique_ptr<TlsStream> stream;
    LinkBinding binding;
  };

  LinkConnector(std::shared_ptr<asio::io_context> context, const ServerAddress& server,
                std::optional<ProxyAddress> proxy, TlsClient& tls);

  /// Once. `on_connected` or `on_failed` is called, not from within, unless cancel() comes first.
  void start(std::function<void(Connected)> on_connected, std::function<void(LinkFailure)> on_failed);
  void cancel();

 private:
  void resolve();
  void connect(const Resolver::Addresses& addresses);
  void on_tcp_connected(asio::ip::tcp::socket socket);
  void talk_to_proxy();
  void read_from_proxy();
  void begin_tls();
  void on_tls(const std::error_code& error);

  /// The step that begins now has so long; then `problem` is what was wrong.
  void begin_step(Duration limit, ServerProblem problem, std::string explanation);
  void fail(ServerProblem problem, std::string explanation);
  void fail(LinkFailure failure);
  bool ended() const { return !on_failed_; }

  std::shared_ptr<asio::io_context> context_;
  const ServerAddress server_;
  const std::optional<ProxyAddress> proxy_;
  TlsClient& tls_;
  std::function<void(Connected)> on_connected_;
  std::function<void(LinkFailure)> on_failed_;

  asio::steady_timer timer_;
  Resolver resolver_;
  TcpConnector tcp_;
  std::optional<asio::ip::tcp::socket> socket_;
  std::optional<ProxyHandshake> proxy_handshake_;
  Bytes proxy_output_;
  std::array<uint8_t, 512> proxy_input_;
  std::unique_ptr<TlsStream> stream_;
};

}  // namespace sotto::signaling
