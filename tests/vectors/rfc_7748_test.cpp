#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "base/crypto/x25519.hpp"
#include "tests/vectors/hex.hpp"

// RFC 7748 sections 5.2 and 6.1.

namespace sotto::test {
namespace {

std::string x25519(std::string_view scalar, std::string_view u_coordinate) {
  const X25519KeyPair keys = X25519KeyPair::from_private(array_from_hex<32>(scalar));
  return to_hex(keys.agree({array_from_hex<32>(u_coordinate)}).value().view());
}

TEST(Rfc7748, Section52SingleVectorsMatch) {
  EXPECT_EQ(x25519("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
                   "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"),
            "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
  EXPECT_EQ(x25519("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
                   "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493"),
            "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957");
}

TEST(Rfc7748, Section52IteratedVectorsMatch) {
  std::string k = "0900000000000000000000000000000000000000000000000000000000000000";
  std::string u = k;
  for (int i = 1; i <= 1000; ++i) {
    std::string next = x25519(k, u);
    u = std::exchange(k, std::move(next));
    if (i == 1) {
      EXPECT_EQ(k, "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079");
    }
  }
  EXPECT_EQ(k, "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
}

TEST(Rfc7748, Section61BothSidesAgree) {
  const X25519KeyPair alice = X25519KeyPair::from_private(
      array_from_hex<32>("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
  const X25519KeyPair bob = X25519KeyPair::from_private(
      array_from_hex<32>("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
  EXPECT_EQ(to_hex(alice.public_key().bytes), "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
  EXPECT_EQ(to_hex(bob.public_key().bytes), "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
  const std::string shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
  EXPECT_EQ(to_hex(alice.agree(bob.public_key()).value().view()), shared);
  EXPECT_EQ(to_hex(bob.agree(alice.public_key()).value().view()), shared);
}

}  // namespace
}  // namespace sotto::test
