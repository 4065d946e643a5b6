#pragma once

#include <functional>
#include <memory>
#include <system_error>

#include "base/bytes.hpp"
#include "signaling/detail/asio.hpp"
#include "signaling/server/detail/tls_session.hpp"
#include "signaling/server/server_core.hpp"

namespace sotto::signaling {

/// The socket of one link and the TLS on it, between the network and the core. It holds no buffer while nothing is on
/// its way: it waits until the socket can be read, and reads into memory that all links share. One thread.
class LinkSocket : public std::enable_shared_from_this<LinkSocket> {
 public:
  /// What all sockets of a server share.
  struct Shared {
    ServerCore& core;
    std::function<Moment()> now;
    /// Something has happened to this link: call go_on() of it, and of those that the core names, and close what is
    /// done.
    std::function<void(LinkId)> on_event;
    Bytes ciphertext = Bytes(16 * 1024);
    Bytes plaintext = Bytes(4 * 1024);
  };

  LinkSocket(LinkId id, asio::ip::tcp::socket socket, std::shared_ptr<const TlsContext> context, Shared& shared);

  /// Reads and writes what there is, for as long as the core wants it.
  void go_on();
  /// The connection is of no use any more.
  bool is_done() const { return is_lost_ || shared_.core.is_over(id_); }
  void close();

 private:
  void on_readable();
  void read_plaintext();
  void write();
  void wait_readable();

  const LinkId id_;
  asio::ip::tcp::socket socket_;
  TlsSession tls_;
  Shared& shared_;
  Bytes sending_;
  bool is_waiting_ = false;
  bool is_sending_ = false;
  bool is_lost_ = false;
};

}  // namespace sotto::signaling
