#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include <sotto/result.hpp>
#include "base/bytes.hpp"
#include "base/crypto/sha256.hpp"
#include "base/secret.hpp"

namespace sotto::signaling {

/// The chaining key, the transcript hash and the current key of a handshake (Noise 5.2). One thread.
class NoiseSymmetricState {
 public:
  explicit NoiseSymmetricState(std::string_view protocol_name);

  void mix_hash(ByteView data);
  void mix_key(const Secret<32>& input_key_material);

  /// Encrypts once there is a key; before that it copies. Appends to `out`.
  void encrypt_and_hash(ByteView plaintext, Bytes& out);
  /// The reverse. kRefused if the tag is wrong.
  Result<Bytes> decrypt_and_hash(ByteView sealed);

  /// How many bytes longer a sealed piece is now.
  size_t tag_size() const;

  /// The two transport keys: the initiator's, then the responder's.
  std::pair<Secret<32>, Secret<32>> split() const;
  /// A further secret, independent of the transport keys: HMAC(ck, label || h) (HANDSHAKE 3).
  Secret<32> export_secret(ByteView label) const;
  const Sha256Digest& handshake_hash() const { return hash_; }

  NoiseSymmetricState clone() const;

 private:
  NoiseSymmetricState() = default;

  Secret<32> chaining_key_;
  Sha256Digest hash_{};
  std::optional<Secret<32>> key_;
  uint64_t counter_ = 0;
};

}  // namespace sotto::signaling
