#include "base/crypto/sha256.hpp"

#include <openssl/evp.h>

#include "base/assert.hpp"
#include "base/crypto/detail/openssl.hpp"

namespace sotto {

Sha256Digest sha256(ByteView message) { return sha256(std::initializer_list<ByteView>{message}); }

Sha256Digest sha256(std::initializer_list<ByteView> parts) {
  Sha256Digest digest;
  const detail::DigestContext context(EVP_MD_CTX_new());
  SOTTO_ASSERT(EVP_DigestInit_ex2(context.get(), detail::sha256_algorithm(), nullptr) == 1);
  for (const ByteView part : parts) SOTTO_ASSERT(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
  SOTTO_ASSERT(EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1);
  return digest;
}

}  // namespace sotto
