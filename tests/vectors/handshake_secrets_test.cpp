#include <gtest/gtest.h>

#include "base/crypto/hmac.hpp"
#include "signaling/handshake/session_secrets.hpp"
#include "tests/vectors/hex.hpp"

// What sotto derives from a Noise handshake that ended with the hash of cacophony's IK vector. Own values, computed
// with a script that first reproduced that vector.

namespace sotto::test {
namespace {

using namespace signaling;

constexpr std::string_view kExported = "d806d2ebf1c7a48ca0b6bfc013a40915e4d94041363191468371a7ff8060819c";
constexpr std::string_view kHandshakeHash = "669c8640d9e42a3cda2f232f78597ceefb01daa6e3df81181ccce6fc6b5026bf";

SessionSecrets secrets() { return derive_session_secrets(Secret<32>(array_from_hex<32>(kExported))); }

TEST(HandshakeSecrets, MediaAndSasSecretsMatch) {
  EXPECT_EQ(to_hex(secrets().media.view()), "be0183ecd7c9c49ddb5ecdb9df9a9c227dd71489eee3ea1ae7d53c82a9a9f2d8");
  EXPECT_EQ(to_hex(secrets().sas.view()), "147fdae8e6f7b110bdcb6d2e9025b86062fca819ad31f61ac283f540fed8d1a4");
}

TEST(HandshakeSecrets, ConfirmationsMatch) {
  // sotto srtp v1\0 | suite 1 | profile 8 | epoch 0 | call id | h | client certificate | server certificate
  Bytes info = from_hex(
      "736f74746f207372747020763100"
      "0001"
      "0008"
      "00000000");
  info.insert(info.end(), 16, 0xca);
  append(info, from_hex(kHandshakeHash));
  info.insert(info.end(), 32, 0xc1);
  info.insert(info.end(), 32, 0x5e);
  const auto confirmation = [&](std::string_view role) {
    const SessionSecrets derived = secrets();
    return to_hex(hmac_sha256(derived.confirmation.view(), {as_bytes(role), info}).view().first(16));
  };
  EXPECT_EQ(confirmation({"client\0", 7}), "5dd9a02181d663083e46bf920ecdfd9a");
  EXPECT_EQ(confirmation({"server\0", 7}), "f6cf8c18c0eafd62643636d56e2bfce8");
}

TEST(HandshakeSecrets, ShortAuthenticationStringMatches) {
  SasNonce callers, callees;
  callers.fill(0xa0);
  callees.fill(0xb0);
  EXPECT_EQ(to_hex(commit_to(callers)).substr(0, 8), "6f4dc891");
  EXPECT_EQ(sas_symbols(secrets().sas, callers, callees), (std::array<uint8_t, 4>{41, 63, 31, 3}));
}

}  // namespace
}  // namespace sotto::test
