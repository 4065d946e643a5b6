#include "tools/harness/base64.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace sotto::tools {
namespace {

TEST(Base64, AgreesWithTheExamplesOfRfc4648) {
  const std::pair<const char*, const char*> examples[] = {{"", ""},
                                                          {"f", "Zg=="},
                                                          {"fo", "Zm8="},
                                                          {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg=="},
                                                          {"fooba", "Zm9vYmE="},
                                                          {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : examples) {
    EXPECT_EQ(encode_base64(as_bytes(plain)), coded);
    const Result<Bytes> decoded = decode_base64(coded);
    ASSERT_TRUE(decoded.ok()) << coded;
    EXPECT_EQ(std::string(decoded.value().begin(), decoded.value().end()), plain);
  }
}

TEST(Base64, BringsBackEveryByteAtEveryLength) {
  Bytes bytes(256);
  std::iota(bytes.begin(), bytes.end(), uint8_t{0});
  for (; !bytes.empty(); bytes.pop_back()) {
    const Result<Bytes> decoded = decode_base64(encode_base64(bytes));
    ASSERT_TRUE(decoded.ok());
    EXPECT_EQ(decoded.value(), bytes);
  }
}

TEST(Base64, RefusesWhatItWouldNotWrite) {
  for (const char* text : {"Zg", "Zg=", "Zg===", "=", "====", "Z===", "Zh==", "Zm9=", "Zm9v\n", " Zm9v",
                           "Zm9v=", "Zm9*", "Zg==Zg==", "-_-_"}) {
    EXPECT_FALSE(decode_base64(text).ok()) << text;
  }
}

}  // namespace
}  // namespace sotto::tools
