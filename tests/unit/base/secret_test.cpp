#include "base/secret.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>

namespace sotto {
namespace {

static_assert(!std::is_copy_constructible_v<Secret<32>>);
static_assert(!std::is_copy_assignable_v<Secret<32>>);

bool all_zero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte == 0; });
}

Secret<32> some_secret() {
  std::array<uint8_t, 32> bytes;
  bytes.fill(0xaa);
  return Secret<32>(bytes);
}

TEST(Secret, IsWipedWhenMovedFrom) {
  Secret<32> from = some_secret();
  const Secret<32> to = std::move(from);
  EXPECT_TRUE(all_zero(from.view()));
  EXPECT_EQ(to.view()[31], 0xaa);
}

TEST(Secret, IsWipedWhenItGoes) {
  alignas(Secret<32>) std::array<uint8_t, sizeof(Secret<32>)> memory{};
  auto* secret = new (memory.data()) Secret<32>(some_secret());
  ASSERT_FALSE(all_zero(memory));
  secret->~Secret();
  EXPECT_TRUE(all_zero(memory));
}

TEST(EqualConstantTime, ComparesContentAndLength) {
  const Bytes a = {1, 2, 3};
  EXPECT_TRUE(equal_constant_time(a, Bytes{1, 2, 3}));
  EXPECT_FALSE(equal_constant_time(a, Bytes{1, 2, 4}));
  EXPECT_FALSE(equal_constant_time(a, Bytes{1, 2}));
  EXPECT_TRUE(equal_constant_time({}, {}));
}

}  // namespace
}  // namespace sotto
