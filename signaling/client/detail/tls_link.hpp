#pragma once

#include <array>
#include <functional>
#include <memory>

#include "base/bytes.hpp"
#include "signaling/client/detail/tls_client.hpp"

namespace sotto::signaling {

/// Reads from and writes to an established TLS connection. One thread, its context's.
class TlsLink : public std::enable_shared_from_this<TlsLink> {
 public:
  explicit TlsLink(std::unique_ptr<TlsStream> stream) : stream_(std::move(stream)), timer_(stream_->get_executor()) {}

  /// Once. `on_bytes` gets what arrives, `on_lost` is the last call: the connection is gone, by the other side or
  /// because it takes nothing any more. Neither is called from within a method, nor after close().
  void start(std::function<void(ByteView)> on_bytes, std::function<void()> on_lost);
  void write(Bytes bytes);
  /// Ends it at once. What was written and is not sent yet is lost.
  void close();
  /// Ends it when all is sent that was written, at the latest after a second.
  void finish();

 private:
  void read();
  void flush();
  void lose();
  void close_socket();

  std::unique_ptr<TlsStream> stream_;
  std::function<void(ByteView)> on_bytes_;
  std::function<void()> on_lost_;
  asio::steady_timer timer_;  ///< Of finish().
  std::array<uint8_t, 8192> input_;
  Bytes waiting_;
  Bytes writing_;
  bool silent_ = false;  ///< Calls nobody any more.
};

}  // namespace sotto::signaling
