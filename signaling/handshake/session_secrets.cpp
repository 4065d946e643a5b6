#include "signaling/handshake/session_secrets.hpp"

#include "base/bytes.hpp"
#include "base/crypto/hkdf.hpp"
#include "base/crypto/hmac.hpp"
#include "base/crypto/sha256.hpp"

namespace sotto::signaling {
namespace {

constexpr std::string_view kCommitmentLabel{"sotto sas commit v1\0", 20};

Secret<32> expand(const Secret<32>& exported, std::string_view label) {
  Secret<32> secret;
  hkdf_expand(exported.view(), as_bytes(label), secret.mutable_view());
  return secret;
}

}  // namespace

SessionSecrets derive_session_secrets(const Secret<32>& exported) {
  return {expand(exported, "sotto media v1"), expand(exported, "sotto sas v1"), expand(exported, "sotto confirm v1")};
}

SasCommitment commit_to(const SasNonce& callers_nonce) { return sha256({as_bytes(kCommitmentLabel), callers_nonce}); }

std::array<uint8_t, 4> sas_symbols(const Secret<32>& sas_secret, const SasNonce& callers, const SasNonce& callees) {
  const Secret<32> key = hmac_sha256(sas_secret.view(), {callers, callees});
  std::array<uint8_t, 3> bytes;
  hkdf_expand(key.view(), as_bytes("sotto sas symbols v1"), bytes);
  const uint32_t bits = static_cast<uint32_t>(bytes[0] << 16 | bytes[1] << 8 | bytes[2]);
  std::array<uint8_t, 4> symbols;
  for (size_t i = 0; i < symbols.size(); ++i) symbols[i] = static_cast<uint8_t>(bits >> (18 - 6 * i) & 0x3f);
  return symbols;
}

}  // namespace sotto::signaling
