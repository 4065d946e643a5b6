#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include <sotto/result.hpp>
#include "base/bytes.hpp"

struct evp_cipher_ctx_st;

namespace sotto {

/// AES-256-GCM under one key (NIST SP 800-38D). The key schedule is made once; no call allocates after that.
/// Whoever holds it sees to it that no nonce is used twice for sealing. Move-only, one thread at a time.
class Aes256Gcm {
 public:
  static constexpr size_t kKeySize = 32;
  static constexpr size_t kNonceSize = 12;
  static constexpr size_t kTagSize = 16;
  using Nonce = std::span<const uint8_t, kNonceSize>;

  explicit Aes256Gcm(std::span<const uint8_t, kKeySize> key);
  Aes256Gcm(Aes256Gcm&&) noexcept = default;
  Aes256Gcm& operator=(Aes256Gcm&&) noexcept = default;

  /// Writes the ciphertext and behind it the tag. `out` is plaintext.size() + kTagSize bytes long, and may begin where
  /// `plaintext` begins.
  void seal(Nonce nonce, ByteView associated_data, ByteView plaintext, MutableByteView out);

  /// Opens what seal made. `out` is sealed.size() - kTagSize bytes long, and may begin where `sealed` begins. kRefused
  /// if the tag is wrong or missing; `out` then holds zeros, never unverified plaintext.
  Result<void> open(Nonce nonce, ByteView associated_data, ByteView sealed, MutableByteView out);

 private:
  struct Free {
    void operator()(evp_cipher_ctx_st* context) const;
  };
  std::unique_ptr<evp_cipher_ctx_st, Free> context_;
};

}  // namespace sotto
