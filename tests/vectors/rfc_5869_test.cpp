#include <gtest/gtest.h>

#include "base/crypto/hkdf.hpp"
#include "tests/vectors/hex.hpp"

// RFC 5869 appendix A.1 to A.3 (SHA-256).

namespace sotto::test {
namespace {

struct HkdfVector {
  std::string input_key_material;
  std::string salt;
  std::string info;
  std::string pseudo_random_key;
  std::string output;
};

class Rfc5869 : public testing::TestWithParam<HkdfVector> {};

TEST_P(Rfc5869, ExtractAndExpandMatch) {
  const HkdfVector& vector = GetParam();
  const Secret<32> key = hkdf_extract(from_hex(vector.salt), from_hex(vector.input_key_material));
  EXPECT_EQ(to_hex(key.view()), vector.pseudo_random_key);
  Bytes output(vector.output.size() / 2);
  hkdf_expand(key.view(), from_hex(vector.info), output);
  EXPECT_EQ(to_hex(output), vector.output);
}

INSTANTIATE_TEST_SUITE_P(
    AppendixA, Rfc5869,
    testing::Values(
        HkdfVector{"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9",
                   "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
                   "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"},
        HkdfVector{"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303"
                   "132333435"
                   "363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f",
                   "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909"
                   "192939495"
                   "969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
                   "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e"
                   "1e2e3e4e5"
                   "e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
                   "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
                   "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3"
                   "275600c2f"
                   "09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"},
        HkdfVector{"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
                   "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
                   "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"}));

}  // namespace
}  // namespace sotto::test
