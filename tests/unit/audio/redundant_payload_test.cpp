#include "media/audio/redundant_payload.hpp"

#include <gtest/gtest.h>

namespace sotto::media {
namespace {

constexpr uint8_t kOpus = 111;

Bytes write(std::span<const RedundantBlock> blocks, ByteView primary) {
  Bytes bytes(redundant_payload_size(blocks, primary));
  ByteWriter writer(bytes);
  write_redundant_payload(writer, blocks, kOpus, primary);
  EXPECT_TRUE(writer.ok());
  EXPECT_EQ(writer.size(), bytes.size());
  return bytes;
}

TEST(RedundantPayload, HasTheFormOfRfc2198) {
  const Bytes earlier = {0xe1, 0xe2}, primary = {0xa1};
  const std::array blocks = {RedundantBlock{kOpus, 960, earlier}};
  // F=1, type 111; 960 in 14 bits, 2 in 10; F=0, type 111; the data
  EXPECT_EQ(write(blocks, primary), (Bytes{0xef, 0x0f, 0x00, 0x02, 0x6f, 0xe1, 0xe2, 0xa1}));
}

TEST(RedundantPayload, IsReadAsItWasWritten) {
  const Bytes first(1023, 1), second(3, 2), primary(80, 3);
  const std::array blocks = {RedundantBlock{kOpus, 16'383, first}, RedundantBlock{13, 0, second}};
  const Bytes bytes = write(blocks, primary);
  const auto parsed = parse_redundant_payload(bytes);
  ASSERT_TRUE(parsed);
  ASSERT_EQ(parsed->count, 2u);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(parsed->storage[i].payload_type, blocks[i].payload_type);
    EXPECT_EQ(parsed->storage[i].timestamp_offset, blocks[i].timestamp_offset);
    EXPECT_TRUE(std::equal(parsed->storage[i].payload.begin(), parsed->storage[i].payload.end(),
                           blocks[i].payload.begin(), blocks[i].payload.end()));
  }
  EXPECT_EQ(parsed->primary_type, kOpus);
  EXPECT_EQ(parsed->primary.size(), primary.size());
}

TEST(RedundantPayload, MayHaveThePrimaryAlone) {
  const auto parsed = parse_redundant_payload(write({}, Bytes{9, 9}));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->count, 0u);
  EXPECT_EQ(parsed->primary.size(), 2u);
}

TEST(RedundantPayload, MayHaveAnEmptyBlock) {
  const std::array blocks = {RedundantBlock{kOpus, 960, {}}};
  const auto parsed = parse_redundant_payload(write(blocks, Bytes{9}));
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->storage[0].payload.empty());
}

struct Malformed {
  const char* what;
  Bytes bytes;
};
void PrintTo(const Malformed& malformed, std::ostream* out) { *out << malformed.what; }

class MalformedRedundantPayload : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedRedundantPayload, IsRefused) { EXPECT_FALSE(parse_redundant_payload(GetParam().bytes)); }

Bytes with_blocks(size_t count) {
  Bytes bytes;
  for (size_t i = 0; i < count; ++i) append(bytes, Bytes{0xef, 0, 0, 0});
  append(bytes, Bytes{0x6f, 1});
  return bytes;
}

INSTANTIATE_TEST_SUITE_P(All, MalformedRedundantPayload,
                         testing::Values(Malformed{"nothing", {}}, Malformed{"a header cut off", {0xef, 0x0f}},
                                         Malformed{"no primary header", {0xef, 0x0f, 0x00, 0x00}},
                                         Malformed{"no primary", {0x6f}},
                                         Malformed{"no primary behind a block", {0xef, 0x0f, 0x00, 0x01, 0x6f, 7}},
                                         Malformed{"a block longer than all", {0xef, 0x0f, 0x03, 0xff, 0x6f, 1, 2}},
                                         Malformed{"nine blocks", with_blocks(9)}));

TEST(RedundantPayload, IsReadWithUpToEightBlocks) { EXPECT_TRUE(parse_redundant_payload(with_blocks(8))); }

}  // namespace
}  // namespace sotto::media
