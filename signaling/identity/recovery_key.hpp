#pragma once

#include <string>
#include <string_view>

#include <sotto/result.hpp>
#include "base/crypto/ed25519.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"

namespace sotto::signaling {

/// 160 random bits on paper that bring an account back when every device is lost (HANDSHAKE 8).
class RecoveryKey {
 public:
  static RecoveryKey generate(RandomSource& random);
  /// Reads what to_text() wrote; spaces, hyphens, case, and O I L for 0 1 1 do not matter. kInvalidArgument, saying
  /// whether the length, a character or the check symbols are wrong.
  static Result<RecoveryKey> parse(std::string_view text);

  /// Eight groups of four Crockford base32 symbols and one group of four check symbols. Secret: wipe it after use.
  std::string to_text() const;
  /// Signs a new root for the account.
  Ed25519KeyPair signing_key() const;
  /// Seals a backup of the account.
  Secret<32> backup_key() const;

 private:
  explicit RecoveryKey(Secret<20> bits) : bits_(std::move(bits)) {}
  Secret<20> bits_;
};

}  // namespace sotto::signaling
