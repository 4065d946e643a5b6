#include "base/crypto/argon2id.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/vectors/hex.hpp"

namespace sotto {
namespace {

using Salt = std::array<uint8_t, 16>;

struct Vector {
  std::string_view passphrase;
  std::string_view salt;
  Argon2idCost cost;
  std::string_view key;
};

// The RFC's own vector has four lanes, a secret and associated data, which libsodium does not take. These were computed
// with the authors' implementation (phc-winner-argon2, 20171227).
TEST(Argon2id, AgreesWithTheAuthorsImplementation) {
  for (const Vector& vector : {
           Vector{"correct horse battery staple",
                  "000102030405060708090a0b0c0d0e0f",
                  {3, 64 * 1024},
                  "0d1a3c6523c8f06e4e0af9c515aa5b5448cfebd6838f2d52c3d8b6ef8ddc3c2e"},
           Vector{"password",
                  "a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5",
                  {1, 8},
                  "f0b697267ab99b1bf74ac110d0a351302fdf2f30bd5871711babf313a38f263d"},
           Vector{"",
                  "00000000000000000000000000000000",
                  {2, 1024},
                  "1c85b3888312748ae15f15fb29ab4a3a4e35126960fde87646df7a6f2ffbdf63"},
       }) {
    const auto key = argon2id(vector.passphrase, test::array_from_hex<16>(vector.salt), vector.cost);
    ASSERT_TRUE(key.ok()) << key.error().message;
    EXPECT_EQ(test::to_hex(key->view()), vector.key);
  }
}

TEST(Argon2id, RefusesCostsThatAreNotAllowedBeforeItSpendsThem) {
  for (const Argon2idCost cost : {Argon2idCost{0, 1024}, Argon2idCost{17, 1024}, Argon2idCost{1, 7},
                                  Argon2idCost{1, 1024 * 1024 + 1}, Argon2idCost{UINT32_MAX, UINT32_MAX}}) {
    const auto key = argon2id("passphrase", Salt{}, cost);
    ASSERT_FALSE(key.ok()) << cost.passes << ' ' << cost.memory_kib;
    EXPECT_EQ(key.error().code, ErrorCode::kRefused);
  }
}

}  // namespace
}  // namespace sotto
