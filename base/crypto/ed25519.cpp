#include "base/crypto/ed25519.hpp"

#include <openssl/err.h>

#include "base/crypto/detail/openssl.hpp"

namespace sotto {
namespace {

detail::Key private_key_object(std::span<const uint8_t, 32> seed) {
  detail::Key key(EVP_PKEY_new_raw_private_key_ex(nullptr, "ED25519", nullptr, seed.data(), seed.size()));
  SOTTO_ASSERT(key != nullptr);
  return key;
}

}  // namespace

Ed25519KeyPair Ed25519KeyPair::generate(RandomSource& random) {
  Secret<32> seed;
  random.fill(seed.mutable_view());
  return from_seed(seed.view());
}

Ed25519KeyPair Ed25519KeyPair::from_seed(std::span<const uint8_t, 32> seed) {
  Ed25519PublicKey public_key;
  size_t size = public_key.bytes.size();
  const detail::Key key = private_key_object(seed);
  SOTTO_ASSERT(EVP_PKEY_get_raw_public_key(key.get(), public_key.bytes.data(), &size) == 1);
  return {Secret<32>(seed), public_key};
}

Ed25519Signature Ed25519KeyPair::sign(ByteView message) const {
  const detail::Key key = private_key_object(seed_.view());
  const detail::DigestContext context(EVP_MD_CTX_new());
  SOTTO_ASSERT(context != nullptr);
  SOTTO_ASSERT(EVP_DigestSignInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, key.get(), nullptr) == 1);
  Ed25519Signature signature;
  size_t size = signature.size();
  SOTTO_ASSERT(EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) == 1);
  return signature;
}

bool ed25519_verify(const Ed25519PublicKey& key, ByteView message, ByteView signature) {
  if (signature.size() != Ed25519Signature{}.size()) return false;
  const detail::Key object(
      EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, key.bytes.data(), key.bytes.size()));
  const detail::DigestContext context(EVP_MD_CTX_new());
  SOTTO_ASSERT(object != nullptr && context != nullptr);
  SOTTO_ASSERT(EVP_DigestVerifyInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, object.get(), nullptr) == 1);
  const bool genuine =
      EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) == 1;
  if (!genuine) ERR_clear_error();  // or the next SSL_get_error() of this thread would take it for its own
  return genuine;
}

}  // namespace sotto
