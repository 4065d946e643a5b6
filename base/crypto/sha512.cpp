#include "base/crypto/sha512.hpp"

#include <openssl/evp.h>

#include "base/assert.hpp"
#include "base/crypto/detail/openssl.hpp"

namespace sotto {

Sha512Digest sha512(std::initializer_list<ByteView> parts) {
  Sha512Digest digest;
  const detail::DigestContext context(EVP_MD_CTX_new());
  SOTTO_ASSERT(EVP_DigestInit_ex2(context.get(), detail::sha512_algorithm(), nullptr) == 1);
  for (const ByteView part : parts) SOTTO_ASSERT(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
  SOTTO_ASSERT(EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1);
  return digest;
}

}  // namespace sotto
