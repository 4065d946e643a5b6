#include "signaling/server/detail/link_socket.hpp"

#include <algorithm>
#include <utility>

namespace sotto::signaling {
namespace {

/// As much as is encrypted at once: one TLS record (RFC 8446 section 5.1).
constexpr size_t kWriteAtOnce = 16 * 1024;

/// What a device may have sent while it was told that the link ends.
constexpr int kReadsBeforeClose = 4;

}  // namespace

LinkSocket::LinkSocket(LinkId id, asio::ip::tcp::socket socket, std::shared_ptr<const TlsContext> context,
                       Shared& shared)
    : id_(id), socket_(std::move(socket)), tls_(std::move(context)), shared_(shared) {
  std::error_code error;
  socket_.non_blocking(true, error);
  if (!error) socket_.set_option(asio::ip::tcp::no_delay(true), error);
  is_lost_ = static_cast<bool>(error);
}

void LinkSocket::go_on() {
  if (tls_.status() == TlsSession::Status::kOpen) read_plaintext();
  write();
  wait_readable();
}

void LinkSocket::wait_readable() {
  const bool shakes_hands = tls_.status() == TlsSession::Status::kHandshake;
  if (is_waiting_ || is_done() || !(shakes_hands || shared_.core.wants_bytes(id_))) return;
  is_waiting_ = true;
  socket_.async_wait(asio::ip::tcp::socket::wait_read, [self = shared_from_this()](const std::error_code& error) {
    self->is_waiting_ = false;
    if (error) return;
    self->on_readable();
    self->shared_.on_event(self->id_);
  });
}

void LinkSocket::on_readable() {
  std::error_code error;
  const size_t count = socket_.read_some(asio::buffer(shared_.ciphertext), error);
  if (error) {
    is_lost_ = error != asio::error::would_block;
    return;
  }
  tls_.feed(ByteView(shared_.ciphertext).first(count));
  if (tls_.status() == TlsSession::Status::kHandshake && tls_.shake_hands() == TlsSession::Status::kOpen) {
    shared_.core.on_secured(id_, tls_.security(), shared_.now());
  }
  if (tls_.status() == TlsSession::Status::kClosed) shared_.core.on_not_secured(id_, shared_.now());
}

void LinkSocket::read_plaintext() {
  while (shared_.core.wants_bytes(id_)) {
    const size_t count = tls_.read(shared_.plaintext);
    if (count == 0) break;
    shared_.core.on_bytes(id_, ByteView(shared_.plaintext).first(count), shared_.now());
  }
  if (tls_.status() == TlsSession::Status::kClosed) is_lost_ = true;
}

// What is on its way stays in the core until the system has taken it: so the core knows who does not read.
void LinkSocket::write() {
  if (is_sending_ || is_lost_) return;
  const ByteView output = shared_.core.output(id_);
  const size_t plaintext = tls_.status() == TlsSession::Status::kOpen ? std::min(output.size(), kWriteAtOnce) : 0;
  tls_.write(output.first(plaintext));
  sending_ = tls_.take_output();
  if (sending_.empty()) return;
  is_sending_ = true;
  const auto on_written = [self = shared_from_this(), plaintext](const std::error_code& error, size_t) {
    self->is_sending_ = false;
    self->sending_ = Bytes();
    if (error) self->is_lost_ = true;
    if (!error) self->shared_.core.on_written(self->id_, plaintext, self->shared_.now());
    self->shared_.on_event(self->id_);
  };
  asio::async_write(socket_, asio::buffer(sending_), on_written);
}

void LinkSocket::close() {
  std::error_code ignored;
  if (!is_sending_ && !is_lost_) {
    tls_.close();
    const Bytes last_words = tls_.take_output();
    if (!last_words.empty()) socket_.write_some(asio::buffer(last_words), ignored);
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    // Unread bytes would make the system reset the connection and throw away what the device has not read yet.
    std::error_code error;
    for (int i = 0; i < kReadsBeforeClose && !error; ++i) socket_.read_some(asio::buffer(shared_.ciphertext), error);
  }
  socket_.close(ignored);
}

}  // namespace sotto::signaling
