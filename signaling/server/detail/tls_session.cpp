#include "signaling/server/detail/tls_session.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/assert.hpp"

namespace sotto::signaling {
namespace {

/// What a device may say before TLS stands: a ClientHello, even one with large keys, has some kilobytes. OpenSSL alone
/// would buffer 128 KiB of anybody.
constexpr size_t kMaxHandshakeInput = 16 * 1024;

}  // namespace

// The data of the BIO is the session's pipe.
BIO_METHOD* TlsSession::bio_method() {
  static BIO_METHOD* const kMethod = [] {
    BIO_METHOD* const method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "sotto link");
    SOTTO_ASSERT(method != nullptr);
    BIO_meth_set_read_ex(method, [](BIO* bio, char* out, size_t size, size_t* count) {
      BIO_clear_retry_flags(bio);
      Pipe& pipe = *static_cast<Pipe*>(BIO_get_data(bio));
      *count = std::min(size, pipe.input.size() - pipe.taken);
      if (*count == 0) {
        BIO_set_retry_read(bio);
        return 0;
      }
      std::memcpy(out, pipe.input.data() + pipe.taken, *count);
      pipe.taken += *count;
      if (pipe.taken == pipe.input.size()) {
        pipe.input = Bytes();
        pipe.taken = 0;
      }
      return 1;
    });
    BIO_meth_set_write_ex(method, [](BIO* bio, const char* bytes, size_t size, size_t* count) {
      append(static_cast<Pipe*>(BIO_get_data(bio))->output, as_bytes({bytes, size}));
      *count = size;
      return 1;
    });
    BIO_meth_set_ctrl(method, [](BIO*, int command, long, void*) -> long { return command == BIO_CTRL_FLUSH ? 1 : 0; });
    return method;
  }();
  return kMethod;
}

TlsSession::TlsSession(std::shared_ptr<const TlsContext> context)
    : context_(std::move(context)), ssl_(SSL_new(context_->get())) {
  SOTTO_ASSERT(ssl_ != nullptr);
  BIO* const bio = BIO_new(bio_method());
  SOTTO_ASSERT(bio != nullptr);
  BIO_set_data(bio, &pipe_);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_accept_state(ssl_.get());
}

TlsSession::~TlsSession() = default;

void TlsSession::feed(ByteView ciphertext) {
  if (status_ == Status::kHandshake) {
    fed_in_handshake_ += ciphertext.size();
    if (fed_in_handshake_ > kMaxHandshakeInput) status_ = Status::kClosed;
  }
  if (status_ != Status::kClosed) append(pipe_.input, ciphertext);
}

bool TlsSession::check_result(int result) {
  if (result > 0) return true;
  const int error = SSL_get_error(ssl_.get(), result);
  ERR_clear_error();
  if (error != SSL_ERROR_WANT_READ) status_ = Status::kClosed;
  return false;
}

TlsSession::Status TlsSession::shake_hands() {
  if (status_ != Status::kHandshake) return status_;
  ERR_clear_error();
  if (!check_result(SSL_do_handshake(ssl_.get()))) return status_;
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &protocol, &size);
  const std::string_view chosen(reinterpret_cast<const char*>(protocol), size);
  const bool is_ours = chosen == kLinkProtocol && channel_binding_of(ssl_.get(), security_.channel);
  security_.server_key = context_->key_hash();
  return status_ = is_ours ? Status::kOpen : Status::kClosed;
}

size_t TlsSession::read(MutableByteView plaintext) {
  if (status_ != Status::kOpen) return 0;
  ERR_clear_error();
  size_t count = 0;
  if (!check_result(SSL_read_ex(ssl_.get(), plaintext.data(), plaintext.size(), &count))) return 0;
  return count;
}

void TlsSession::write(ByteView plaintext) {
  while (status_ == Status::kOpen && !plaintext.empty()) {
    ERR_clear_error();
    size_t count = 0;
    if (!check_result(SSL_write_ex(ssl_.get(), plaintext.data(), plaintext.size(), &count))) return;
    plaintext = plaintext.subspan(count);
  }
}

void TlsSession::close() {
  if (status_ != Status::kOpen) return;
  ERR_clear_error();
  (void)SSL_shutdown(ssl_.get());
  ERR_clear_error();
  status_ = Status::kClosed;
}

Bytes TlsSession::take_output() { return std::exchange(pipe_.output, {}); }

}  // namespace sotto::signaling
