#pragma once

#include <array>
#include <cstdint>

#include <sotto/result.hpp>
#include "base/random.hpp"
#include "base/secret.hpp"

namespace sotto {

/// A public X25519 key (RFC 7748), in a type of its own so that it never passes for a key that signs.
struct X25519PublicKey {
  std::array<uint8_t, 32> bytes{};
  bool operator==(const X25519PublicKey&) const = default;
};

/// An X25519 key pair. Move-only; the private half is wiped with it. One thread at a time.
class X25519KeyPair {
 public:
  static X25519KeyPair generate(RandomSource& random);
  static X25519KeyPair from_private(std::span<const uint8_t, 32> private_key);

  const X25519PublicKey& public_key() const { return public_key_; }
  /// A second pair of the same keys, where a second owner is really meant.
  X25519KeyPair clone() const { return {private_key_.clone(), public_key_}; }

  /// The private key, for whoever stores it.
  const Secret<32>& private_key() const { return private_key_; }

  /// The secret shared with the owner of `peer`. kRefused if it is all zero: `peer` is then a point of low order, sent
  /// by somebody who wants the secret to be known (RFC 7748 6.1).
  Result<Secret<32>> agree(const X25519PublicKey& peer) const;

 private:
  X25519KeyPair(Secret<32> private_key, const X25519PublicKey& public_key)
      : private_key_(std::move(private_key)), public_key_(public_key) {}

  Secret<32> private_key_;
  X25519PublicKey public_key_;
};

}  // namespace sotto
