#include "signaling/protocol/wire.hpp"

#include <gtest/gtest.h>

#include "signaling/protocol/identity.pb.h"

namespace sotto::signaling {
namespace {

Bytes some_record() {
  wire::SignedRecord record;
  record.set_body("body");
  record.set_signature("signature");
  return serialize_wire(record);
}

/// A group of field 15 that holds a group of field 15 and so on: the deepest nesting that a few bytes can ask for.
Bytes nested(int depth) {
  Bytes bytes;
  bytes.insert(bytes.end(), static_cast<size_t>(depth), 15 << 3 | 3);
  bytes.insert(bytes.end(), static_cast<size_t>(depth), 15 << 3 | 4);
  return bytes;
}

TEST(Wire, ReadsWhatItWrote) {
  wire::SignedRecord record;
  ASSERT_TRUE(parse_wire(some_record(), 1024, record));
  EXPECT_EQ(record.body(), "body");
  EXPECT_EQ(record.signature(), "signature");
}

TEST(Wire, LooksAtTheSizeBeforeAnythingElse) {
  const Bytes bytes = some_record();
  wire::SignedRecord record;
  EXPECT_TRUE(parse_wire(bytes, bytes.size(), record));
  EXPECT_FALSE(parse_wire(bytes, bytes.size() - 1, record));
  EXPECT_TRUE(record.body().empty());
}

TEST(Wire, RefusesWhatIsNestedDeeperThanSixteen) {
  wire::SignedRecord record;
  EXPECT_TRUE(parse_wire(nested(kMaxWireRecursion), 1024, record));
  EXPECT_FALSE(parse_wire(nested(kMaxWireRecursion + 1), 1024, record));
}

TEST(Wire, LeavesNothingBehindWhenItFails) {
  Bytes bytes = some_record();
  bytes.push_back(0x0a);  // a field without its length
  wire::SignedRecord record;
  record.set_body("before");
  EXPECT_FALSE(parse_wire(bytes, 1024, record));
  EXPECT_TRUE(record.body().empty());
  EXPECT_TRUE(record.signature().empty());
}

TEST(Wire, CopiesAFieldOfTheRightSizeOnly) {
  std::array<uint8_t, 4> out{};
  EXPECT_FALSE(read_exact("abc", out));
  EXPECT_FALSE(read_exact("abcde", out));
  EXPECT_EQ(out, (std::array<uint8_t, 4>{}));
  EXPECT_TRUE(read_exact("abcd", out));
  EXPECT_EQ(out, (std::array<uint8_t, 4>{'a', 'b', 'c', 'd'}));
}

}  // namespace
}  // namespace sotto::signaling
