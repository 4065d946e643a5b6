#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/crypto/ed25519.hpp"
#include "signaling/identity/identifiers.hpp"

namespace sotto::signaling {

/// What two people compare to know that nobody stands between their accounts (HANDSHAKE 5): 60 digits, or a QR code of
/// the same fingerprints.
using AccountFingerprint = std::array<uint8_t, 64>;
AccountFingerprint account_fingerprint(const AccountId& account, const Ed25519PublicKey& root);

/// 60 digits without spaces, the same at both ends.
std::string safety_number(const AccountId& a, const Ed25519PublicKey& a_root, const AccountId& b,
                          const Ed25519PublicKey& b_root);
/// The digits in twelve groups of five, four a line.
std::string format_safety_number(std::string_view digits);

/// What the QR code holds that we show: our fingerprint first, then the one we know of the other.
Bytes verification_code(const AccountFingerprint& own, const AccountFingerprint& peer);
/// Whether the code that the other side shows says the same as we know, crosswise, in constant time.
bool verification_code_matches(ByteView scanned, const AccountFingerprint& own, const AccountFingerprint& peer);

}  // namespace sotto::signaling
