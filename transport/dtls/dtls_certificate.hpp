#pragma once

#include <memory>

#include <sotto/result.hpp>

#include "base/crypto/sha256.hpp"

struct ssl_ctx_st;

namespace sotto::transport {

/// A fresh P-256 key with a self-signed certificate, and the TLS context that uses them. Nobody checks the
/// certificate's names or dates: what counts is its fingerprint, which travels inside the signalling handshake. Takes
/// about 0.5 ms, so it is made before the call. One per call, so that calls cannot be linked by it. Immutable once
/// made: any thread.
class DtlsCertificate {
 public:
  /// Fails (kInternal) only if OpenSSL cannot do what sotto needs.
  static Result<DtlsCertificate> create();

  DtlsCertificate(DtlsCertificate&&) noexcept = default;
  DtlsCertificate& operator=(DtlsCertificate&&) noexcept = default;

  /// SHA-256 over the certificate in DER (RFC 8122 5).
  const Sha256Digest& fingerprint() const { return fingerprint_; }

  /// For DtlsSession.
  ssl_ctx_st* context() const { return context_.get(); }

 private:
  struct ContextDelete {
    void operator()(ssl_ctx_st* context) const;
  };
  using Context = std::unique_ptr<ssl_ctx_st, ContextDelete>;

  DtlsCertificate(Context context, const Sha256Digest& fingerprint)
      : context_(std::move(context)), fingerprint_(fingerprint) {}

  Context context_;
  Sha256Digest fingerprint_;
};

}  // namespace sotto::transport
