#include "signaling/client/detail/link_connector.hpp"

#include <netdb.h>

#include <utility>

namespace sotto::signaling {
namespace {

constexpr Duration kResolveLimit = 10s;
constexpr Duration kConnectLimit = 10s;
constexpr Duration kProxyLimit = 15s;  // it connects to the server meanwhile
constexpr Duration kTlsLimit = 10s;

std::string resolve_explanation(int error, std::string_view whose) {
  if (error == EAI_AGAIN) {
    return "The " + std::string(whose) + "'s name cannot be looked up now: there may be no network.";
  }
  return "There is no machine of the " + std::string(whose) + "'s name: check how it is written.";
}

}  // namespace

LinkConnector::LinkConnector(std::shared_ptr<asio::io_context> context, const ServerAddress& server,
                             std::optional<ProxyAddress> proxy, TlsClient& tls)
    : context_(std::move(context)),
      server_(server),
      proxy_(std::move(proxy)),
      tls_(tls),
      timer_(*context_),
      resolver_(context_),
      tcp_(*context_) {}

void LinkConnector::start(std::function<void(Connected)> on_connected, std::function<void(LinkFailure)> on_failed) {
  on_connected_ = std::move(on_connected);
  on_failed_ = std::move(on_failed);
  resolve();
}

void LinkConnector::cancel() {
  on_connected_ = nullptr;
  on_failed_ = nullptr;
  timer_.cancel();
  resolver_.cancel();
  tcp_.cancel();
  std::error_code ignored;
  if (socket_) socket_->close(ignored);
  if (stream_) stream_->next_layer().close(ignored);
}

void LinkConnector::resolve() {
  begin_step(kResolveLimit, proxy_ ? ServerProblem::kProxy : ServerProblem::kName,
             "No name server answers: there may be no network.");
  resolver_.resolve(proxy_ ? proxy_->host : server_.host,
                    [self = weak_from_this()](const Resolver::Addresses& addresses, int error) {
                      const std::shared_ptr<LinkConnector> connector = self.lock();
                      if (!connector || connector->ended()) return;
                      if (!addresses.empty()) return connector->connect(interleave_families(addresses));
                      if (connector->proxy_) {
                        return connector->fail(ServerProblem::kProxy, resolve_explanation(error, "proxy"));
                      }
                      connector->fail(ServerProblem::kName, resolve_explanation(error, "server"));
                    });
}

void LinkConnector::connect(const Resolver::Addresses& addresses) {
  begin_step(kConnectLimit, proxy_ ? ServerProblem::kProxy : ServerProblem::kTimeout,
             proxy_ ? "The proxy does not answer."
                    : "The server does not answer: it may be down, or a firewall drops "
                      "what we send.");
  std::vector<asio::ip::tcp::endpoint> endpoints;
  for (const asio::ip::address& address : addresses) {
    endpoints.emplace_back(address, proxy_ ? proxy_->port : server_.port);
  }
  tcp_.connect(
      endpoints, [self = weak_from_this()](std::optional<asio::ip::tcp::socket> socket, const std::error_code& error) {
        const std::shared_ptr<LinkConnector> connector = self.lock();
        if (!connector || connector->ended()) return;
        if (socket) return connector->on_tcp_connected(*std::move(socket));
        const bool refused = error == asio::error::connection_refused;
        if (connector->proxy_) {
          connector->fail(ServerProblem::kProxy, refused ? "Nothing listens on the proxy's port."
                                                         : "The proxy cannot be reached: " + error.message() + ".");
        } else if (refused) {
          connector->fail(
              ServerProblem::kPort,
              "The machine is there, but nothing listens on the port: check the port, and that the server runs.");
        } else if (error == asio::error::timed_out) {
          connector->fail(ServerProblem::kTimeout, "The server does not answer: it may be down.");
        } else {
          connector->fail(ServerProblem::kRoute, "There is no way to the server: " + error.message() + ".");
        }
      });
}

void LinkConnector::on_tcp_connected(asio::ip::tcp::socket socket) {
  socket_ = std::move(socket);
  std::error_code ignored;
  socket_->set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_->set_option(asio::socket_base::keep_alive(true), ignored);
  if (!proxy_) return begin_tls();
  begin_step(kProxyLimit, ServerProblem::kProxy, "The proxy took the connection, but does not answer.");
  proxy_handshake_.emplace(*proxy_, server_);
  talk_to_proxy();
}

void LinkConnector::talk_to_proxy() {
  if (proxy_handshake_->failure()) return fail(*proxy_handshake_->failure());
  if (proxy_handshake_->done()) return begin_tls();
  proxy_output_ = proxy_handshake_->take_output();
  if (proxy_output_.empty()) return read_from_proxy();
  asio::async_write(*socket_, asio::buffer(proxy_output_),
                    [self = shared_from_this()](const std::error_code& error, size_t) {
                      if (self->ended()) return;
                      if (error) return self->fail(ServerProblem::kProxy, "The proxy closed the connection.");
                      self->read_from_proxy();
                    });
}

void LinkConnector::read_from_proxy() {
  socket_->async_read_some(asio::buffer(proxy_input_),
                           [self = shared_from_this()](const std::error_code& error, size_t size) {
                             if (self->ended()) return;
                             if (error) return self->fail(ServerProblem::kProxy, "The proxy closed the connection.");
                             self->proxy_handshake_->feed(ByteView(self->proxy_input_).first(size));
                             self->talk_to_proxy();
                           });
}

void LinkConnector::begin_tls() {
  begin_step(kTlsLimit, ServerProblem::kTimeout,
             "Something takes the connection, but does not answer: it may be no sotto server, or be stuck.");
  stream_ = tls_.make_stream(*std::move(socket_));
  socket_.reset();
  stream_->async_handshake(asio::ssl::stream_base::client,
                           [self = shared_from_this()](const std::error_code& error) { self->on_tls(error); });
}

void LinkConnector::on_tls(const std::error_code& error) {
  if (ended()) return;
  if (error) return fail(tls_.failure_of(*stream_, error));
  const Result<LinkBinding> binding = tls_.binding_of(*stream_);
  if (!binding) return fail(ServerProblem::kTls, binding.error().message);
  timer_.cancel();
  on_failed_ = nullptr;
  std::exchange(on_connected_, nullptr)(Connected{std::move(stream_), *binding});
}

void LinkConnector::begin_step(Duration limit, ServerProblem problem, std::string explanation) {
  timer_.expires_after(limit);
  timer_.async_wait(
      [self = weak_from_this(), problem, explanation = std::move(explanation)](const std::error_code& error) {
        const std::shared_ptr<LinkConnector> connector = self.lock();
        if (!error && connector && !connector->ended()) connector->fail(problem, explanation);
      });
}

void LinkConnector::fail(ServerProblem problem, std::string explanation) {
  fail(LinkFailure{problem, std::move(explanation), std::nullopt});
}

void LinkConnector::fail(LinkFailure failure) {
  const auto on_failed = std::exchange(on_failed_, nullptr);
  cancel();
  on_failed(std::move(failure));
}

}  // namespace sotto::signaling
