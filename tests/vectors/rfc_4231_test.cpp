#include <gtest/gtest.h>

#include "base/crypto/hmac.hpp"
#include "tests/vectors/hex.hpp"

// Test cases of RFC 4231 section 4 (without 4.6, which is truncated).

namespace sotto::test {
namespace {

struct HmacVector {
  std::string key;
  std::string data;
  std::string hmac;
};

std::string repeat(std::string_view text, int times) {
  std::string repeated;
  for (int i = 0; i < times; ++i) repeated += text;
  return repeated;
}

class Rfc4231 : public testing::TestWithParam<HmacVector> {};

TEST_P(Rfc4231, HmacSha256Matches) {
  const Bytes key = from_hex(GetParam().key);
  const Bytes data = from_hex(GetParam().data);
  EXPECT_EQ(to_hex(hmac_sha256(key, {data}).view()), GetParam().hmac);
}

TEST_P(Rfc4231, PiecesCountAsOneMessage) {
  const Bytes key = from_hex(GetParam().key);
  const Bytes data = from_hex(GetParam().data);
  const ByteView view = data;
  EXPECT_EQ(to_hex(hmac_sha256(key, {view.first(3), {}, view.subspan(3)}).view()), GetParam().hmac);
}

INSTANTIATE_TEST_SUITE_P(
    Section4, Rfc4231,
    testing::Values(HmacVector{repeat("0b", 20), "4869205468657265",
                               "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
                    HmacVector{"4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
                               "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
                    HmacVector{repeat("aa", 20), repeat("dd", 50),
                               "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
                    HmacVector{"0102030405060708090a0b0c0d0e0f10111213141516171819", repeat("cd", 50),
                               "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
                    HmacVector{repeat("aa", 131),
                               "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d204861736"
                               "8204b6579204669727374",
                               "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
                    HmacVector{
                        repeat("aa", 131),
                        "5468697320697320612074657374207573696e672061206c6172676572207468616e20626c6f636b2d73697a65206b"
                        "657920616e6420"
                        "61206c6172676572207468616e20626c6f636b2d73697a6520646174612e20546865206b6579206e6565647320746f"
                        "20626520686173"
                        "686564206265666f7265206265696e6720757365642062792074686520484d414320616c676f726974686d2e",
                        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"}));

}  // namespace
}  // namespace sotto::test
