#include "signaling/server/server.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "base/random.hpp"
#include "signaling/detail/asio.hpp"
#include "signaling/server/detail/link_socket.hpp"
#include "signaling/server/detail/listeners.hpp"
#include "signaling/server/detail/server_files.hpp"
#include "signaling/server/local_router.hpp"
#include "signaling/server/server_core.hpp"
#include "signaling/server/sqlite_store.hpp"

namespace sotto::signaling {
namespace {

using asio::ip::tcp;

/// Files of the process that are no links: listeners, the directory, and what the program around it has open.
constexpr size_t kOtherFiles = 64;

/// Before the next try when the system gives no socket.
constexpr std::chrono::milliseconds kAcceptAgainAfter{100};

/// How long devices have to hear that the server stops.
constexpr std::chrono::seconds kLastWords{1};

Moment now() { return {monotonic_now(), wall_now()}; }

NetworkPrefix prefix_of(const asio::ip::address& address) {
  return address.is_v4() ? NetworkPrefix::of_ipv4(address.to_v4().to_bytes())
                         : NetworkPrefix::of_ipv6(address.to_v6().to_bytes());
}

/// As many links as the process may have files, after it has asked for as many as it can get.
size_t links_possible() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return SIZE_MAX;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == RLIM_INFINITY) return SIZE_MAX;
  return std::max<size_t>(files.rlim_cur, 2 * kOtherFiles) - kOtherFiles;
}

}  // namespace

class Server::Implementation {
 public:
  Implementation(ServerOptions options, std::unique_ptr<SqliteStore> store, std::unique_ptr<RelayIssuer> relays,
                 std::shared_ptr<TlsContext> context)
      : options_(std::move(options)),
        log_(options_.log_format, options_.log),
        store_(std::move(store)),
        relays_(std::move(relays)),
        router_(options_.limits, system_random(), monotonic_now()),
        core_(options_.limits, *store_, router_, relays_.get(), system_random(), log_, monotonic_now()),
        shared_{core_, now, [this](LinkId link) { settle(link); }},
        context_(std::move(context)) {}

  Result<void> start(Invites invites);
  void stop();
  Result<void> reload();
  uint16_t port() const { return port_; }
  ServerKeyHash key_hash() const { return context()->key_hash(); }

 private:
  std::shared_ptr<const TlsContext> context() const;
  void accept(tcp::acceptor& acceptor);
  void on_accepted(tcp::socket socket);
  void settle(LinkId link);
  void settle_one(LinkId link);
  void set_timer();
  void begin_stop();

  const ServerOptions options_;
  const ServerLog log_;
  const std::unique_ptr<SqliteStore> store_;
  const std::unique_ptr<RelayIssuer> relays_;
  LocalRouter router_;
  ServerCore core_;
  LinkSocket::Shared shared_;

  mutable std::mutex mutex_;
  std::shared_ptr<const TlsContext> context_;  // under the mutex

  asio::io_context io_{1};
  asio::steady_timer timer_{io_};
  asio::steady_timer accept_timer_{io_};
  asio::steady_timer stop_timer_{io_};
  std::optional<Timestamp> timer_set_for_;
  std::vector<tcp::acceptor> acceptors_;
  std::map<LinkId, std::shared_ptr<LinkSocket>> sockets_;
  uint16_t port_ = 0;
  bool stops_ = false;
  std::thread thread_;
};

Result<void> Server::Implementation::start(Invites invites) {
  Result<std::vector<tcp::acceptor>> acceptors = open_listeners(io_, options_.listen);
  if (!acceptors) return acceptors.error();
  acceptors_ = std::move(acceptors).value();
  std::error_code ignored;
  port_ = acceptors_.front().local_endpoint(ignored).port();
  core_.set_registration(options_.registration, std::move(invites));
  for (tcp::acceptor& acceptor : acceptors_) accept(acceptor);
  set_timer();
  log_.write(wall_now(), "listening", {{"port", uint64_t{port_}}, {"links_at_most", uint64_t{options_.limits.links}}});
  thread_ = std::thread([this] { io_.run(); });
  return {};
}

void Server::Implementation::accept(tcp::acceptor& acceptor) {
  acceptor.async_accept([this, &acceptor](const std::error_code& error, tcp::socket socket) {
    if (stops_ || error == asio::error::operation_aborted) return;
    if (!error) {
      on_accepted(std::move(socket));
      return accept(acceptor);
    }
    // The other side may be gone again already, or the system may have no socket for us now.
    accept_timer_.expires_after(kAcceptAgainAfter);
    accept_timer_.async_wait([this, &acceptor](const std::error_code&) {
      if (!stops_) accept(acceptor);
    });
  });
}

void Server::Implementation::on_accepted(tcp::socket socket) {
  std::error_code error;
  const tcp::endpoint peer = socket.remote_endpoint(error);
  if (error) return;
  const std::optional<LinkId> link = core_.on_connected(prefix_of(peer.address()), now());
  if (link) sockets_.emplace(*link, std::make_shared<LinkSocket>(*link, std::move(socket), context(), shared_));
  settle(link.value_or(0));
}

void Server::Implementation::settle(LinkId link) {
  settle_one(link);
  for (std::vector<LinkId> links = core_.take_changed(); !links.empty(); links = core_.take_changed()) {
    for (const LinkId changed : links) settle_one(changed);
  }
  set_timer();
  if (stops_ && sockets_.empty()) io_.stop();
}

void Server::Implementation::settle_one(LinkId link) {
  const auto found = sockets_.find(link);
  if (found == sockets_.end()) return;
  const std::shared_ptr<LinkSocket> socket = found->second;
  socket->go_on();
  if (!socket->is_done()) return;
  socket->close();
  sockets_.erase(found);
  core_.on_disconnected(link, now());
}

void Server::Implementation::set_timer() {
  const std::optional<Timestamp> next = core_.next_deadline();
  if (!next || (timer_set_for_ && *timer_set_for_ <= *next)) return;
  timer_set_for_ = next;
  timer_.expires_at(*next);
  timer_.async_wait([this](const std::error_code& error) {
    if (error) return;  // set to another time
    timer_set_for_.reset();
    core_.on_deadline(now());
    settle(0);
  });
}

Result<void> Server::Implementation::reload() {
  const Result<ServerKeyFiles> files =
      options_.key_files ? Result<ServerKeyFiles>(*options_.key_files) : own_server_key(options_.state, wall_now());
  Result<std::shared_ptr<TlsContext>> context = files ? TlsContext::load(*files) : files.error();
  Result<Invites> invites = read_invites(options_);
  if (!context || !invites) {
    const Error error = context ? invites.error() : context.error();
    asio::post(io_, [this, error] { log_.write(wall_now(), "reload_failed", {{"reason", error.message}}); });
    return error;
  }
  asio::post(io_, [this, read = std::move(invites).value()]() mutable {
    core_.set_registration(options_.registration, std::move(read));
    log_.write(wall_now(), "reloaded");
  });
  const std::lock_guard lock(mutex_);
  context_ = std::move(context).value();
  return {};
}

std::shared_ptr<const TlsContext> Server::Implementation::context() const {
  const std::lock_guard lock(mutex_);
  return context_;
}

void Server::Implementation::stop() {
  if (!thread_.joinable()) return;
  asio::post(io_, [this] { begin_stop(); });
  thread_.join();
  log_.write(wall_now(), "stopped");
}

void Server::Implementation::begin_stop() {
  stops_ = true;
  std::error_code ignored;
  for (tcp::acceptor& acceptor : acceptors_) acceptor.close(ignored);
  core_.log_counts(wall_now());
  core_.stop(now());
  stop_timer_.expires_after(kLastWords);
  stop_timer_.async_wait([this](const std::error_code&) { io_.stop(); });
  settle(0);
}

Result<std::unique_ptr<Server>> Server::start(ServerOptions options) {
  if (const Result<void> ready = prepare_state_folder(options.state); !ready) return ready.error();
  Result<Invites> invites = read_invites(options);
  if (!invites) return invites.error();
  Result<std::unique_ptr<RelayIssuer>> relays = read_relays(options);
  if (!relays) return relays.error();
  const Result<ServerKeyFiles> files =
      options.key_files ? Result<ServerKeyFiles>(*options.key_files) : own_server_key(options.state, wall_now());
  if (!files) return files.error();
  Result<std::shared_ptr<TlsContext>> context = TlsContext::load(*files);
  if (!context) return context.error();
  Result<std::unique_ptr<SqliteStore>> store = SqliteStore::open(options.state / "directory.db");
  if (!store) return store.error();
  options.limits.links = std::min(options.limits.links, links_possible());
  auto implementation = std::make_unique<Implementation>(std::move(options), std::move(store).value(),
                                                         std::move(relays).value(), std::move(context).value());
  if (const Result<void> started = implementation->start(std::move(invites).value()); !started) return started.error();
  return std::unique_ptr<Server>(new Server(std::move(implementation)));
}

Server::Server(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}
Server::~Server() { stop(); }
void Server::stop() { implementation_->stop(); }
Result<void> Server::reload() { return implementation_->reload(); }
uint16_t Server::port() const { return implementation_->port(); }
ServerKeyHash Server::key_hash() const { return implementation_->key_hash(); }

}  // namespace sotto::signaling
