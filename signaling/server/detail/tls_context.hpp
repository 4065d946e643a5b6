#pragma once

#include <openssl/ssl.h>

#include <memory>

#include <sotto/result.hpp>
#include "signaling/link/server_address.hpp"
#include "signaling/server/server_key.hpp"

namespace sotto::signaling {

/// A certificate and its key, ready for TLS 1.3 links: no other version, no tickets, no early data, "sotto/1" in ALPN
/// or nothing. Links keep the one that they began with.
class TlsContext {
 public:
  /// kUnavailable, kRefused, kMalformed: which file, and what to do about it.
  static Result<std::shared_ptr<TlsContext>> load(const ServerKeyFiles& files);

  SSL_CTX* get() const { return context_.get(); }
  const ServerKeyHash& key_hash() const { return key_hash_; }

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };

  std::unique_ptr<SSL_CTX, Free> context_;
  ServerKeyHash key_hash_{};
};

}  // namespace sotto::signaling
