#pragma once

#include <memory>

#include <openssl/evp.h>

#include "base/assert.hpp"

namespace sotto::detail {

template <auto Function>
struct FreeBy {
  template <typename T>
  void operator()(T* object) const {
    Function(object);
  }
};

using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeBy<EVP_MD_CTX_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, FreeBy<EVP_MAC_CTX_free>>;
using Key = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeBy<EVP_PKEY_CTX_free>>;

// Fetching an algorithm takes OpenSSL's global lock and a search, more time than hashing a small message: once a
// process. They live as long as it does, because any thread may still hash while others have left main().

inline const EVP_MD* sha256_algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  SOTTO_ASSERT(algorithm != nullptr);
  return algorithm;
}

inline const EVP_MD* sha512_algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA512", nullptr);
  SOTTO_ASSERT(algorithm != nullptr);
  return algorithm;
}

inline EVP_MAC* hmac_algorithm() {
  static EVP_MAC* const algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  SOTTO_ASSERT(algorithm != nullptr);
  return algorithm;
}

inline const EVP_CIPHER* aes_256_gcm_algorithm() {
  static const EVP_CIPHER* const algorithm = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  SOTTO_ASSERT(algorithm != nullptr);
  return algorithm;
}

}  // namespace sotto::detail
