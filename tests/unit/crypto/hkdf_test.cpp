#include "base/crypto/hkdf.hpp"

#include <gtest/gtest.h>

#include "base/crypto/hmac.hpp"

namespace sotto {
namespace {

TEST(Hkdf, AShorterOutputIsTheBeginningOfALongerOne) {
  const Secret<32> key = hkdf_extract(as_bytes("salt"), as_bytes("input"));
  Bytes longest(255 * 32);
  hkdf_expand(key.view(), as_bytes("info"), longest);
  for (const size_t size : {0, 1, 31, 32, 33, 64, 88}) {
    Bytes output(size);
    hkdf_expand(key.view(), as_bytes("info"), output);
    EXPECT_TRUE(std::equal(output.begin(), output.end(), longest.begin())) << size;
  }
}

TEST(Hkdf, AnEmptySaltStandsForZeros) {
  const Bytes zeros(32);
  EXPECT_TRUE(
      equal_constant_time(hkdf_extract({}, as_bytes("input")).view(), hkdf_extract(zeros, as_bytes("input")).view()));
}

TEST(Hkdf, TakesEmptyKeyMaterial) {
  EXPECT_TRUE(equal_constant_time(hkdf_extract(as_bytes("salt"), {}).view(), hmac_sha256(as_bytes("salt"), {}).view()));
}

}  // namespace
}  // namespace sotto
