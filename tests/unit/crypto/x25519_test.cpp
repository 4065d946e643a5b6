#include "base/crypto/x25519.hpp"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include "tests/vectors/hex.hpp"

namespace sotto {
namespace {

using test::array_from_hex;

TEST(X25519, BothSidesAgreeAndAThirdDoesNot) {
  SeededRandom random(1);
  const X25519KeyPair alice = X25519KeyPair::generate(random);
  const X25519KeyPair bob = X25519KeyPair::generate(random);
  const X25519KeyPair eve = X25519KeyPair::generate(random);
  const Secret<32> shared = alice.agree(bob.public_key()).value();
  EXPECT_TRUE(equal_constant_time(shared.view(), bob.agree(alice.public_key()).value().view()));
  EXPECT_FALSE(equal_constant_time(shared.view(), eve.agree(alice.public_key()).value().view()));
}

TEST(X25519, AKeyStoredAndLoadedIsTheSame) {
  SeededRandom random(1);
  const X25519KeyPair keys = X25519KeyPair::generate(random);
  EXPECT_EQ(X25519KeyPair::from_private(keys.private_key().view()).public_key(), keys.public_key());
  EXPECT_EQ(keys.clone().public_key(), keys.public_key());
}

// The points of order 1, 2, 4 and 8 on the curve and its twist, and their non-canonical spellings (RFC 7748 6.1, RFC
// 7748 7; the list is that of https://cr.yp.to/ecdh.html).
class LowOrderPoint : public testing::TestWithParam<const char*> {};

TEST_P(LowOrderPoint, IsRefused) {
  SeededRandom random(1);
  X25519PublicKey point{array_from_hex<32>(GetParam())};
  for (const int ignored_bit : {0x00, 0x80}) {
    point.bytes[31] = static_cast<uint8_t>((point.bytes[31] & 0x7f) | ignored_bit);
    const Result<Secret<32>> shared = X25519KeyPair::generate(random).agree(point);
    ASSERT_FALSE(shared.ok());
    EXPECT_EQ(shared.error().code, ErrorCode::kRefused);
  }
}

TEST_P(LowOrderPoint, LeavesNoErrorForTheNextUserOfTheThread) {
  SeededRandom random(1);
  ERR_clear_error();
  (void)X25519KeyPair::generate(random).agree({array_from_hex<32>(GetParam())}).ok();
  EXPECT_EQ(ERR_peek_error(), 0u);
}

INSTANTIATE_TEST_SUITE_P(X25519, LowOrderPoint,
                         testing::Values("0000000000000000000000000000000000000000000000000000000000000000",
                                         "0100000000000000000000000000000000000000000000000000000000000000",
                                         "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                                         "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                                         "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                         "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                                         "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"));

}  // namespace
}  // namespace sotto
