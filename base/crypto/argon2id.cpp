#include "base/crypto/argon2id.hpp"

#include <sodium.h>

namespace sotto {

Result<Secret<32>> argon2id(std::string_view passphrase, std::span<const uint8_t, 16> salt, Argon2idCost cost) {
  static_assert(crypto_pwhash_SALTBYTES == 16);
  if (cost.passes < crypto_pwhash_OPSLIMIT_MIN || cost.passes > kMaxArgon2idCost.passes || cost.memory_kib < 8 ||
      cost.memory_kib > kMaxArgon2idCost.memory_kib) {
    return Error{ErrorCode::kRefused, "The passphrase would be hashed with a cost that is not allowed."};
  }
  // Safe to call again, from any thread.
  if (sodium_init() < 0) return Error{ErrorCode::kUnavailable, "libsodium does not start."};
  Secret<32> key;
  if (crypto_pwhash(key.mutable_view().data(), key.size(), passphrase.data(), passphrase.size(), salt.data(),
                    cost.passes, size_t{cost.memory_kib} * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return Error{ErrorCode::kUnavailable, "There is not enough memory to hash the passphrase: " +
                                              std::to_string(cost.memory_kib / 1024) + " MiB are needed."};
  }
  return key;
}

}  // namespace sotto
