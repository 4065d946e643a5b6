#include "signaling/identity/safety_number.hpp"

#include <algorithm>
#include <cstdio>

#include "base/crypto/sha512.hpp"
#include "base/secret.hpp"

namespace sotto::signaling {
namespace {

// HANDSHAKE 5. The rounds make a search for a number that looks alike 5200 times dearer.
constexpr int kRounds = 5200;
constexpr std::array<uint8_t, 2> kVersion{0, 1};
constexpr size_t kGroups = 6;
constexpr size_t kGroupBytes = 5;
constexpr size_t kGroupDigits = 5;
constexpr uint64_t kGroupModulus = 100000;
constexpr size_t kGroupsPerLine = 4;

// The first bytes of a code, so that no other kind of code (linking a device, say) ever passes for one.
constexpr std::string_view kCodePrefix = "SOTTO-VERIFY\x01";
constexpr size_t kCodeFingerprint = 32;

std::string digits_of(const AccountFingerprint& fingerprint) {
  std::string digits;
  for (size_t group = 0; group < kGroups; ++group) {
    uint64_t value = 0;
    for (size_t i = 0; i < kGroupBytes; ++i) value = value << 8 | fingerprint[group * kGroupBytes + i];
    char text[8];
    std::snprintf(text, sizeof text, "%05u", static_cast<unsigned>(value % kGroupModulus));
    digits += text;
  }
  return digits;
}

}  // namespace

AccountFingerprint account_fingerprint(const AccountId& account, const Ed25519PublicKey& root) {
  AccountFingerprint fingerprint = sha512({kVersion, root.bytes, account.bytes, root.bytes});
  for (int round = 1; round < kRounds; ++round) fingerprint = sha512({fingerprint, root.bytes});
  return fingerprint;
}

std::string safety_number(const AccountId& a, const Ed25519PublicKey& a_root, const AccountId& b,
                          const Ed25519PublicKey& b_root) {
  const std::string a_digits = digits_of(account_fingerprint(a, a_root));
  const std::string b_digits = digits_of(account_fingerprint(b, b_root));
  return a < b ? a_digits + b_digits : b_digits + a_digits;
}

std::string format_safety_number(std::string_view digits) {
  std::string text;
  for (size_t begin = 0, group = 0; begin < digits.size(); begin += kGroupDigits, ++group) {
    if (group > 0) text += group % kGroupsPerLine == 0 ? '\n' : ' ';
    text += digits.substr(begin, kGroupDigits);
  }
  return text;
}

Bytes verification_code(const AccountFingerprint& own, const AccountFingerprint& peer) {
  Bytes code(kCodePrefix.begin(), kCodePrefix.end());
  append(code, ByteView(own).first(kCodeFingerprint));
  append(code, ByteView(peer).first(kCodeFingerprint));
  return code;
}

bool verification_code_matches(ByteView scanned, const AccountFingerprint& own, const AccountFingerprint& peer) {
  // They show theirs first, then what they know of us.
  return equal_constant_time(scanned, verification_code(peer, own));
}

}  // namespace sotto::signaling
