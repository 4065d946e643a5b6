#include "transport/srtp/srtp_keys.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/crypto/hkdf.hpp"
#include "base/crypto/hmac.hpp"

namespace sotto::transport {
namespace {

constexpr size_t kKeySize = 32;
constexpr size_t kSaltSize = 12;
constexpr std::string_view kInfoLabel{"sotto srtp v1\0", 14};
constexpr std::string_view kClientLabel{"client\0", 7};
constexpr std::string_view kServerLabel{"server\0", 7};
constexpr size_t kInfoSize = 134;

std::array<uint8_t, 16> confirmation(const Secret<32>& key, std::string_view label, ByteView info) {
  const Secret<32> code = hmac_sha256(key.view(), {as_bytes(label), info});
  std::array<uint8_t, 16> first_half;
  std::copy_n(code.view().begin(), first_half.size(), first_half.begin());
  return first_half;
}

}  // namespace

Secret<44> SrtpKeys::master_of(DtlsRole sender) const {
  const size_t index = sender == DtlsRole::kClient ? 0 : 1;
  const ByteView all = material_.view();
  const ByteView key = all.subspan(index * kKeySize, kKeySize);
  const ByteView salt = all.subspan(2 * kKeySize + index * kSaltSize, kSaltSize);
  Secret<44> master;
  ByteWriter writer(master.mutable_view());
  writer.bytes(key);
  writer.bytes(salt);
  return master;
}

MixedKeys mix_media_keys(const MediaKeyInputs& inputs, const Secret<88>& dtls_exporter,
                         const Sha256Digest& client_fingerprint, const Sha256Digest& server_fingerprint,
                         uint16_t srtp_profile) {
  std::array<uint8_t, kInfoSize> info;
  ByteWriter writer(info);
  writer.bytes(as_bytes(kInfoLabel));
  writer.u16(inputs.suite);
  writer.u16(srtp_profile);
  writer.u32(inputs.media_epoch);
  writer.bytes(inputs.call_id);
  writer.bytes(inputs.handshake_hash);
  writer.bytes(client_fingerprint);
  writer.bytes(server_fingerprint);
  SOTTO_ASSERT(writer.ok() && writer.remaining() == 0);

  // The fixed-length Noise secret is the HMAC key: with it secret this is a PRF, and with only the exporter secret it
  // is HMAC used as a dual PRF, which holds for keys of one length (Backendal et al., CRYPTO 2023).
  const Secret<32> pseudo_random_key = hmac_sha256(inputs.noise_secret.view(), {dtls_exporter.view()});
  Secret<88> material;
  hkdf_expand(pseudo_random_key.view(), info, material.mutable_view());
  return MixedKeys{.keys = SrtpKeys(std::move(material)),
                   .client_confirmation = confirmation(inputs.confirmation_key, kClientLabel, info),
                   .server_confirmation = confirmation(inputs.confirmation_key, kServerLabel, info)};
}

}  // namespace sotto::transport
