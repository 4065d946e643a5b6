#include "signaling/client/detail/tls_link.hpp"

#include <utility>

namespace sotto::signaling {
namespace {

/// More than all sends and requests that can wait at once.
constexpr size_t kMaxWaiting = 2 * 1024 * 1024;

constexpr auto kFinishLimit = std::chrono::seconds(1);

}  // namespace

void TlsLink::start(std::function<void(ByteView)> on_bytes, std::function<void()> on_lost) {
  on_bytes_ = std::move(on_bytes);
  on_lost_ = std::move(on_lost);
  read();
}

void TlsLink::read() {
  stream_->async_read_some(asio::buffer(input_),
                           [self = shared_from_this()](const std::error_code& error, size_t size) {
                             if (self->silent_) return;
                             if (error) return self->lose();
                             self->on_bytes_(ByteView(self->input_).first(size));
                             if (!self->silent_) self->read();
                           });
}

void TlsLink::write(Bytes bytes) {
  if (silent_ || bytes.empty()) return;
  append(waiting_, bytes);
  // The read that is under way then ends with an error, and says that the link is lost.
  if (waiting_.size() > kMaxWaiting) return close_socket();
  if (writing_.empty()) flush();
}

void TlsLink::flush() {
  writing_ = std::exchange(waiting_, {});
  asio::async_write(*stream_, asio::buffer(writing_),
                    [self = shared_from_this()](const std::error_code& error, size_t) {
                      self->writing_.clear();
                      // An error is the reader's to tell: what the server said last may still be there to read.
                      if (!error && !self->waiting_.empty()) return self->flush();
                      if (self->silent_) self->close();
                    });
}

void TlsLink::lose() {
  close();
  on_lost_();
}

void TlsLink::close() {
  silent_ = true;
  timer_.cancel();
  close_socket();
}

void TlsLink::finish() {
  silent_ = true;
  if (writing_.empty()) return close();
  timer_.expires_after(kFinishLimit);
  timer_.async_wait([self = shared_from_this()](const std::error_code& error) {
    if (!error) self->close();
  });
}

void TlsLink::close_socket() {
  // No close_notify: every message is a whole, so that a cut can pass for nothing else, and waiting for the peer's
  // would be waiting for a server that may be gone.
  std::error_code ignored;
  stream_->next_layer().close(ignored);
}

}  // namespace sotto::signaling
