#include "signaling/link/base64.hpp"

#include <gtest/gtest.h>

namespace sotto::signaling {
namespace {

std::string decoded(std::string_view text) {
  const std::optional<Bytes> bytes = decode_base64url(text);
  return bytes ? std::string(bytes->begin(), bytes->end()) : "refused";
}

// RFC 4648 section 10.
TEST(Base64, GivesTheValuesOfTheRfc) {
  EXPECT_EQ(encode_base64(as_bytes("")), "");
  EXPECT_EQ(encode_base64(as_bytes("f")), "Zg==");
  EXPECT_EQ(encode_base64(as_bytes("fo")), "Zm8=");
  EXPECT_EQ(encode_base64(as_bytes("foo")), "Zm9v");
  EXPECT_EQ(encode_base64(as_bytes("foob")), "Zm9vYg==");
  EXPECT_EQ(encode_base64(as_bytes("fooba")), "Zm9vYmE=");
  EXPECT_EQ(encode_base64(as_bytes("foobar")), "Zm9vYmFy");
}

TEST(Base64Url, DiffersInTwoSymbolsAndHasNoPadding) {
  EXPECT_EQ(encode_base64(Bytes{0xfb, 0xff, 0xfe, 0xff}), "+//+/w==");
  EXPECT_EQ(encode_base64url(Bytes{0xfb, 0xff, 0xfe, 0xff}), "-__-_w");
}

TEST(Base64Url, ReadsBackWhatItWrote) {
  Bytes bytes;
  for (int size = 0; size < 70; ++size) {
    EXPECT_EQ(decode_base64url(encode_base64url(bytes)), bytes) << size;
    bytes.push_back(static_cast<uint8_t>(size * 151 + 7));
  }
}

TEST(Base64Url, HasOneTextForOneValue) {
  EXPECT_EQ(decoded("Zg"), "f");
  EXPECT_EQ(decoded("Zh"), "refused") << "the bits behind the last byte are zero";
  EXPECT_EQ(decoded("Zg=="), "refused");
  EXPECT_EQ(decoded("Zm9vY"), "refused") << "half a byte";
  EXPECT_EQ(decoded("Zm 9"), "refused");
  EXPECT_EQ(decoded("Zm+v"), "refused");
}

}  // namespace
}  // namespace sotto::signaling
