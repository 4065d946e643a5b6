#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <optional>

#include "base/bytes.hpp"
#include "signaling/server/detail/tls_context.hpp"
#include "signaling/server/device_link.hpp"

namespace sotto::signaling {

/// The server's side of one TLS connection, without a socket: ciphertext goes in and comes out, through a BIO of our
/// own that keeps no buffer when there is nothing in it. One thread.
class TlsSession {
 public:
  explicit TlsSession(std::shared_ptr<const TlsContext> context);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  /// Ciphertext from the network.
  void feed(ByteView ciphertext);

  enum class Status { kHandshake, kOpen, kClosed };
  Status status() const { return status_; }
  /// Goes on with the handshake as far as what was fed allows.
  Status shake_hands();
  /// What the sign-in is bound to, once it is open.
  const LinkSecurity& security() const { return security_; }

  /// Plaintext of the device, as much as there is and fits; 0: nothing more now, or closed.
  size_t read(MutableByteView plaintext);
  /// Encrypts all of it.
  void write(ByteView plaintext);
  /// Says that nothing more comes (RFC 8446 section 6.1).
  void close();
  /// Ciphertext for the network.
  Bytes take_output();

 private:
  struct Pipe {
    Bytes input;
    size_t taken = 0;  ///< Of the input.
    Bytes output;
  };
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  static BIO_METHOD* bio_method();
  bool check_result(int result);

  const std::shared_ptr<const TlsContext> context_;
  Pipe pipe_;
  std::unique_ptr<SSL, Free> ssl_;
  Status status_ = Status::kHandshake;
  size_t fed_in_handshake_ = 0;
  LinkSecurity security_;
};

}  // namespace sotto::signaling
