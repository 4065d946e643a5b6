#include "base/crypto/sha256.hpp"

#include <gtest/gtest.h>

#include "tests/vectors/hex.hpp"

namespace sotto {
namespace {

using test::to_hex;

TEST(Sha256, HashesTheStandardsExamples) {
  EXPECT_EQ(to_hex(sha256(as_bytes("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256(ByteView())), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256, TakesPiecesAsOneMessage) {
  EXPECT_EQ(sha256({as_bytes("a"), ByteView(), as_bytes("bc")}), sha256(as_bytes("abc")));
}

}  // namespace
}  // namespace sotto
