#include "base/crypto/x25519.hpp"

#include <openssl/err.h>

#include "base/crypto/detail/openssl.hpp"

namespace sotto {
namespace {

detail::Key private_key_object(std::span<const uint8_t, 32> bytes) {
  detail::Key key(EVP_PKEY_new_raw_private_key_ex(nullptr, "X25519", nullptr, bytes.data(), bytes.size()));
  SOTTO_ASSERT(key != nullptr);
  return key;
}

Error low_order() { return {ErrorCode::kRefused, "The peer's X25519 key is of low order."}; }

}  // namespace

X25519KeyPair X25519KeyPair::generate(RandomSource& random) {
  Secret<32> private_key;
  random.fill(private_key.mutable_view());
  return from_private(private_key.view());
}

X25519KeyPair X25519KeyPair::from_private(std::span<const uint8_t, 32> private_key) {
  X25519PublicKey public_key;
  size_t size = public_key.bytes.size();
  const detail::Key key = private_key_object(private_key);
  SOTTO_ASSERT(EVP_PKEY_get_raw_public_key(key.get(), public_key.bytes.data(), &size) == 1);
  return {Secret<32>(private_key), public_key};
}

Result<Secret<32>> X25519KeyPair::agree(const X25519PublicKey& peer) const {
  const detail::Key own_key = private_key_object(private_key_.view());
  const detail::Key peer_key(
      EVP_PKEY_new_raw_public_key_ex(nullptr, "X25519", nullptr, peer.bytes.data(), peer.bytes.size()));
  SOTTO_ASSERT(peer_key != nullptr);
  const detail::KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, own_key.get(), nullptr));
  SOTTO_ASSERT(context != nullptr && EVP_PKEY_derive_init(context.get()) == 1);
  SOTTO_ASSERT(EVP_PKEY_derive_set_peer_ex(context.get(), peer_key.get(), 0) == 1);

  Secret<32> shared;
  size_t size = shared.size();
  if (EVP_PKEY_derive(context.get(), shared.mutable_view().data(), &size) != 1) {
    ERR_clear_error();  // or the next SSL_get_error() of this thread would take it for its own
    return low_order();
  }
  // OpenSSL refuses the all-zero secret by itself. Not every library does: a change of backend must not lose it.
  static constexpr std::array<uint8_t, 32> kZeros{};
  if (size != shared.size() || equal_constant_time(shared.view(), kZeros)) return low_order();
  return shared;
}

}  // namespace sotto
