#include "base/crypto/hmac.hpp"

#include <array>

#include <openssl/core_names.h>
#include <openssl/params.h>

#include "base/crypto/detail/openssl.hpp"

namespace sotto {

Secret<32> hmac_sha256(ByteView key, std::initializer_list<ByteView> message_parts) {
  // OpenSSL takes an empty key for "keep the one before"; HMAC pads with zeros, so that these mean the same.
  static constexpr std::array<uint8_t, 32> kEmptyKey{};
  if (key.empty()) key = kEmptyKey;

  const detail::MacContext context(EVP_MAC_CTX_new(detail::hmac_algorithm()));
  SOTTO_ASSERT(context != nullptr);
  char digest_name[] = "SHA256";
  const std::array parameters = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest_name, 0),
                                 OSSL_PARAM_construct_end()};
  SOTTO_ASSERT(EVP_MAC_init(context.get(), key.data(), key.size(), parameters.data()) == 1);
  for (const ByteView part : message_parts) {
    if (!part.empty()) SOTTO_ASSERT(EVP_MAC_update(context.get(), part.data(), part.size()) == 1);
  }
  Secret<32> result;
  size_t size = 0;
  SOTTO_ASSERT(EVP_MAC_final(context.get(), result.mutable_view().data(), &size, result.size()) == 1);
  SOTTO_ASSERT(size == result.size());
  return result;
}

}  // namespace sotto
