#include "base/crypto/aes_gcm.hpp"

#include <algorithm>

#include <gtest/gtest.h>
#include <openssl/err.h>

#include "tests/vectors/hex.hpp"

namespace sotto {
namespace {

using test::array_from_hex;
using test::from_hex;
using test::to_hex;

constexpr size_t kTagSize = Aes256Gcm::kTagSize;

class AesGcm : public testing::Test {
 protected:
  Bytes sealed(ByteView plaintext) {
    Bytes out(plaintext.size() + kTagSize);
    cipher_.seal(nonce_, associated_data_, plaintext, out);
    return out;
  }

  // Test case 16 of "The Galois/Counter Mode of Operation" (McGrew and Viega).
  std::array<uint8_t, 12> nonce_ = array_from_hex<12>("cafebabefacedbaddecaf888");
  Bytes associated_data_ = from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  Bytes plaintext_ = from_hex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657"
      "ba637b39");
  Bytes sealed_ = from_hex(
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0a"
      "bcc9f66276fc6ece0f4e1768cddf8853bb2d551b");
  Aes256Gcm cipher_{array_from_hex<32>("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308")};
};

TEST_F(AesGcm, SealsThePublishedVector) { EXPECT_EQ(to_hex(sealed(plaintext_)), to_hex(sealed_)); }

TEST_F(AesGcm, OpensThePublishedVector) {
  Bytes out(plaintext_.size());
  ASSERT_TRUE(cipher_.open(nonce_, associated_data_, sealed_, out).ok());
  EXPECT_EQ(out, plaintext_);
}

TEST_F(AesGcm, WorksInPlaceBothWays) {
  Bytes buffer = plaintext_;
  buffer.resize(plaintext_.size() + kTagSize);
  cipher_.seal(nonce_, associated_data_, ByteView(buffer).first(plaintext_.size()), buffer);
  EXPECT_EQ(buffer, sealed_);
  ASSERT_TRUE(cipher_.open(nonce_, associated_data_, buffer, MutableByteView(buffer).first(plaintext_.size())).ok());
  EXPECT_TRUE(std::equal(plaintext_.begin(), plaintext_.end(), buffer.begin()));
}

TEST_F(AesGcm, RefusesAnyFlippedBitThenOpensTheGenuineOne) {
  Bytes out(plaintext_.size());
  for (size_t bit = 0; bit < sealed_.size() * 8; ++bit) {
    Bytes flipped = sealed_;
    flipped[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    EXPECT_FALSE(cipher_.open(nonce_, associated_data_, flipped, out).ok()) << "bit " << bit;
  }
  EXPECT_TRUE(cipher_.open(nonce_, associated_data_, sealed_, out).ok());
}

TEST_F(AesGcm, GivesOutNothingUnverified) {
  sealed_.back() ^= 1;
  Bytes out(plaintext_.size(), 0xee);
  EXPECT_FALSE(cipher_.open(nonce_, associated_data_, sealed_, out).ok());
  EXPECT_TRUE(std::all_of(out.begin(), out.end(), [](uint8_t byte) { return byte == 0; }));
}

TEST_F(AesGcm, RefusesOtherAssociatedDataAndOtherNonces) {
  Bytes out(plaintext_.size());
  EXPECT_FALSE(cipher_.open(nonce_, {}, sealed_, out).ok());
  nonce_[11] ^= 1;
  EXPECT_FALSE(cipher_.open(nonce_, associated_data_, sealed_, out).ok());
}

TEST_F(AesGcm, SealsAndOpensNothing) {
  const Bytes tag = sealed({});
  EXPECT_EQ(tag.size(), kTagSize);
  EXPECT_TRUE(cipher_.open(nonce_, associated_data_, tag, {}).ok());
}

TEST_F(AesGcm, RefusesWhatIsShorterThanATag) {
  EXPECT_FALSE(cipher_.open(nonce_, associated_data_, ByteView(sealed_).first(kTagSize - 1), {}).ok());
  EXPECT_FALSE(cipher_.open(nonce_, associated_data_, {}, {}).ok());
}

TEST_F(AesGcm, LeavesNoErrorForTheNextUserOfTheThread) {
  ERR_clear_error();
  sealed_.back() ^= 1;
  Bytes out(plaintext_.size());
  (void)cipher_.open(nonce_, associated_data_, sealed_, out).ok();
  EXPECT_EQ(ERR_peek_error(), 0u);
}

}  // namespace
}  // namespace sotto
