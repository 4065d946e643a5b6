#pragma once

#include <cstdint>

#include <sotto/result.hpp>
#include "base/bytes.hpp"
#include "base/crypto/aes_gcm.hpp"
#include "base/secret.hpp"

namespace sotto::signaling {

/// AES-256-GCM as Noise uses it: the nonce is 4 zero bytes and a big-endian counter (Noise 12.4). Whoever holds the
/// cipher counts, and never seals twice with one `n`. Move-only, one thread.
class NoiseCipher {
 public:
  static constexpr uint64_t kReservedCounter = UINT64_MAX;  ///< Noise keeps it for Rekey(); refused here.

  explicit NoiseCipher(const Secret<32>& key) : cipher_(key.view()) {}

  /// Writes plaintext.size() + 16 bytes to `out`, which is just as long.
  void seal(uint64_t n, ByteView associated_data, ByteView plaintext, MutableByteView out);

  /// Writes sealed.size() - 16 bytes to `out`, which is just as long; zeros if it is refused.
  Result<void> open(uint64_t n, ByteView associated_data, ByteView sealed, MutableByteView out);

 private:
  Aes256Gcm cipher_;
};

}  // namespace sotto::signaling
