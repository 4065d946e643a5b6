#include "base/crypto/ed25519.hpp"

#include <gtest/gtest.h>
#include <openssl/err.h>

namespace sotto {
namespace {

class Ed25519 : public testing::Test {
 protected:
  SeededRandom random_{1};
  Ed25519KeyPair keys_ = Ed25519KeyPair::generate(random_);
  Bytes message_ = {1, 2, 3, 4, 5};
  Ed25519Signature signature_ = keys_.sign(message_);
};

TEST_F(Ed25519, AcceptsAGenuineSignature) { EXPECT_TRUE(ed25519_verify(keys_.public_key(), message_, signature_)); }

TEST_F(Ed25519, RefusesAnyFlippedBitOfTheSignature) {
  for (size_t bit = 0; bit < signature_.size() * 8; ++bit) {
    Ed25519Signature flipped = signature_;
    flipped[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    EXPECT_FALSE(ed25519_verify(keys_.public_key(), message_, flipped)) << "bit " << bit;
  }
}

TEST_F(Ed25519, RefusesAnyFlippedBitOfTheMessage) {
  for (size_t bit = 0; bit < message_.size() * 8; ++bit) {
    Bytes flipped = message_;
    flipped[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    EXPECT_FALSE(ed25519_verify(keys_.public_key(), flipped, signature_)) << "bit " << bit;
  }
}

TEST_F(Ed25519, RefusesAnotherKey) {
  EXPECT_FALSE(ed25519_verify(Ed25519KeyPair::generate(random_).public_key(), message_, signature_));
}

TEST_F(Ed25519, RefusesASignatureOfAnotherSize) {
  Bytes longer(signature_.begin(), signature_.end());
  longer.push_back(0);
  EXPECT_FALSE(ed25519_verify(keys_.public_key(), message_, longer));
  EXPECT_FALSE(ed25519_verify(keys_.public_key(), message_, ByteView(signature_).first(63)));
  EXPECT_FALSE(ed25519_verify(keys_.public_key(), message_, {}));
}

TEST_F(Ed25519, RefusesAKeyThatIsNoPointOfTheCurve) {
  Ed25519PublicKey no_point;
  no_point.bytes.fill(0xff);
  EXPECT_FALSE(ed25519_verify(no_point, message_, signature_));
}

TEST_F(Ed25519, LeavesNoErrorForTheNextUserOfTheThread) {
  ERR_clear_error();
  signature_[0] ^= 1;
  (void)ed25519_verify(keys_.public_key(), message_, signature_);
  EXPECT_EQ(ERR_peek_error(), 0u);
}

}  // namespace
}  // namespace sotto
