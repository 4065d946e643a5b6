#pragma once

#include <array>
#include <cstdint>

#include "base/random.hpp"
#include "base/secret.hpp"

namespace sotto {

/// A public Ed25519 key (RFC 8032), in a type of its own so that it never passes for a key that agrees.
struct Ed25519PublicKey {
  std::array<uint8_t, 32> bytes{};
  bool operator==(const Ed25519PublicKey&) const = default;
};

using Ed25519Signature = std::array<uint8_t, 64>;

/// A signing key. Move-only; the seed is wiped with it. One thread at a time.
class Ed25519KeyPair {
 public:
  static Ed25519KeyPair generate(RandomSource& random);
  /// The key that belongs to the 32 bytes which RFC 8032 5.1.5 calls the private key.
  static Ed25519KeyPair from_seed(std::span<const uint8_t, 32> seed);

  const Ed25519PublicKey& public_key() const { return public_key_; }
  /// The seed, for whoever stores it.
  const Secret<32>& seed() const { return seed_; }

  Ed25519Signature sign(ByteView message) const;

 private:
  Ed25519KeyPair(Secret<32> seed, const Ed25519PublicKey& public_key)
      : seed_(std::move(seed)), public_key_(public_key) {}

  Secret<32> seed_;
  Ed25519PublicKey public_key_;
};

/// Whether `signature` (64 bytes, else false) was made over `message` by the owner of `key`. Any thread.
[[nodiscard]] bool ed25519_verify(const Ed25519PublicKey& key, ByteView message, ByteView signature);

}  // namespace sotto
