#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/secret.hpp"

namespace sotto::signaling {

/// Given to NoiseHandshake::finish(), it makes the secret X that the others come from (HANDSHAKE 3).
inline constexpr std::string_view kExporterLabel{"sotto exporter v1\0", 18};

/// What a finished handshake gives to those above it.
struct SessionSecrets {
  Secret<32> media;         ///< S
  Secret<32> sas;           ///< K_sas
  Secret<32> confirmation;  ///< K_conf
};

SessionSecrets derive_session_secrets(const Secret<32>& exported);

/// A nonce for the short authentication string: committed to before the other's is known, so that nobody in the middle
/// can try nonces until both ends show the same symbols (HANDSHAKE 5).
using SasNonce = std::array<uint8_t, 32>;
using SasCommitment = std::array<uint8_t, 32>;

SasCommitment commit_to(const SasNonce& callers_nonce);

/// Four indexes into the table of 64 symbols.
std::array<uint8_t, 4> sas_symbols(const Secret<32>& sas_secret, const SasNonce& callers, const SasNonce& callees);

}  // namespace sotto::signaling
