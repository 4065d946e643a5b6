#pragma once

#include <array>
#include <cstdint>

#include "base/crypto/sha256.hpp"
#include "base/secret.hpp"
#include "transport/dtls/dtls_role.hpp"

namespace sotto::transport {

/// DTLS-SRTP protection profile SRTP_AEAD_AES_256_GCM (RFC 7714 14.2).
inline constexpr uint16_t kSrtpAeadAes256Gcm = 0x0008;

/// The master keys and salts of one DTLS association, for AEAD_AES_256_GCM:
///
///     client key 32 | server key 32 | client salt 12 | server salt 12      (RFC 5764 4.2)
///
/// Moved, never copied: a second SRTP context under the same keys would start its packet counters again and repeat GCM
/// nonces.
class SrtpKeys {
 public:
  explicit SrtpKeys(Secret<88> material) : material_(std::move(material)) {}

  /// Master key and master salt of what `sender` sends, one behind the other.
  Secret<44> master_of(DtlsRole sender) const;

  const Secret<88>& material() const { return material_; }

 private:
  Secret<88> material_;
};

/// What the signalling handshake contributes to the media keys.
struct MediaKeyInputs {
  Secret<32> noise_secret = {};      ///< S: exported by the Noise session for media
  Secret<32> confirmation_key = {};  ///< K_conf: exported by the Noise session for key confirmation
  uint16_t suite = 0;
  uint32_t media_epoch = 0;  ///< 0 at first, one more with each re-keying of the call
  std::array<uint8_t, 16> call_id = {};
  std::array<uint8_t, 32> handshake_hash = {};  ///< h of the Noise session
};

/// The media keys and what each side sends to prove that it has the same.
struct MixedKeys {
  SrtpKeys keys;
  std::array<uint8_t, 16> client_confirmation{};
  std::array<uint8_t, 16> server_confirmation{};
};

/// Mixes the DTLS exporter's output with the secret of the signalling handshake, so that breaking one of the two alone
/// opens no media, and binds the result to the call, both certificates and the SRTP profile. The fingerprints are those
/// of the DTLS client's and the DTLS server's certificate (SHA-256 over DER).
MixedKeys mix_media_keys(const MediaKeyInputs& inputs, const Secret<88>& dtls_exporter,
                         const Sha256Digest& client_fingerprint, const Sha256Digest& server_fingerprint,
                         uint16_t srtp_profile);

}  // namespace sotto::transport
