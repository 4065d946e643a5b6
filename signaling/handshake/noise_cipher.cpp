#include "signaling/handshake/noise_cipher.hpp"

#include <array>

#include "base/assert.hpp"

namespace sotto::signaling {
namespace {

std::array<uint8_t, Aes256Gcm::kNonceSize> nonce(uint64_t n) {
  std::array<uint8_t, Aes256Gcm::kNonceSize> bytes{};
  ByteWriter writer(bytes);
  writer.u32(0);
  writer.u64(n);
  return bytes;
}

}  // namespace

void NoiseCipher::seal(uint64_t n, ByteView associated_data, ByteView plaintext, MutableByteView out) {
  SOTTO_ASSERT(n != kReservedCounter);
  cipher_.seal(nonce(n), associated_data, plaintext, out);
}

Result<void> NoiseCipher::open(uint64_t n, ByteView associated_data, ByteView sealed, MutableByteView out) {
  if (n == kReservedCounter) return Error{ErrorCode::kRefused, "The message counter is out of range."};
  return cipher_.open(nonce(n), associated_data, sealed, out);
}

}  // namespace sotto::signaling
