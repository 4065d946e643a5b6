#include "signaling/identity/safety_number.hpp"

#include <gtest/gtest.h>

namespace sotto::signaling {
namespace {

Ed25519PublicKey key_of(uint8_t byte) {
  Ed25519PublicKey key;
  key.bytes.fill(byte);
  return key;
}

AccountId account_of(uint8_t byte) {
  AccountId account;
  account.bytes.fill(byte);
  return account;
}

// The values of HANDSHAKE 5.
constexpr std::string_view kOne = "732566831792889923702794349072";
constexpr std::string_view kOther = "482421744891535955228008526920";

TEST(SafetyNumber, MatchesItsVectorsInEitherOrder) {
  const std::string expected = std::string(kOne) + std::string(kOther);
  EXPECT_EQ(safety_number(account_of(0x11), key_of(0x22), account_of(0x33), key_of(0x44)), expected);
  EXPECT_EQ(safety_number(account_of(0x33), key_of(0x44), account_of(0x11), key_of(0x22)), expected);
}

TEST(SafetyNumber, ChangesWithTheRootKey) {
  EXPECT_NE(safety_number(account_of(0x11), key_of(0x23), account_of(0x33), key_of(0x44)),
            safety_number(account_of(0x11), key_of(0x22), account_of(0x33), key_of(0x44)));
}

TEST(SafetyNumber, IsShownInThreeLinesOfFourGroups) {
  EXPECT_EQ(format_safety_number(std::string(kOne) + std::string(kOther)),
            "73256 68317 92889 92370\n27943 49072 48242 17448\n91535 95522 80085 26920");
}

TEST(VerificationCode, MatchesCrosswiseOnly) {
  const AccountFingerprint alice = account_fingerprint(account_of(1), key_of(2));
  const AccountFingerprint bob = account_fingerprint(account_of(3), key_of(4));
  const Bytes shown_by_bob = verification_code(bob, alice);
  EXPECT_TRUE(verification_code_matches(shown_by_bob, alice, bob));
  EXPECT_FALSE(verification_code_matches(verification_code(alice, bob), alice, bob));
  EXPECT_FALSE(verification_code_matches({}, alice, bob));
  for (size_t i = 0; i < shown_by_bob.size(); ++i) {
    Bytes changed = shown_by_bob;
    changed[i] ^= 0x80;
    EXPECT_FALSE(verification_code_matches(changed, alice, bob)) << i;
  }
}

}  // namespace
}  // namespace sotto::signaling
