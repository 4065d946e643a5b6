#include "base/bytes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sotto {
namespace {

using ::testing::ElementsAre;

TEST(ByteReader, ReadsBigEndianIntegersInOrder) {
  const Bytes input = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18};
  ByteReader reader(input);
  EXPECT_EQ(reader.u8(), 0x01);
  EXPECT_EQ(reader.u16(), 0x0203);
  EXPECT_EQ(reader.u24(), 0x040506u);
  EXPECT_EQ(reader.u32(), 0x0708090au);
  EXPECT_EQ(reader.u64(), 0x0b0c0d0e0f101112u);
  EXPECT_TRUE(reader.at_end());
  EXPECT_TRUE(reader.ok());
}

TEST(ByteReader, FailsForGoodWhenSomethingDoesNotFit) {
  const Bytes input = {1, 2, 3};
  ByteReader reader(input);
  EXPECT_EQ(reader.u32(), 0u);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.u8(), 0) << "the three bytes that were there are not read after a failure";
  EXPECT_EQ(reader.remaining(), 0u);
}

TEST(ByteReader, TakesNothingAtTheEndWithoutFailing) {
  ByteReader reader(ByteView{});
  EXPECT_TRUE(reader.take(0).empty());
  EXPECT_TRUE(reader.ok());
  EXPECT_TRUE(reader.take(1).empty());
  EXPECT_FALSE(reader.ok());
}

TEST(ByteReader, FillsWithZerosWhatIsNotThere) {
  const Bytes input = {9};
  ByteReader reader(input);
  std::array<uint8_t, 3> out = {7, 7, 7};
  reader.copy_to(out);
  EXPECT_THAT(out, ElementsAre(0, 0, 0));
  EXPECT_FALSE(reader.ok());
}

TEST(ByteWriter, WritesWhatAReaderReads) {
  std::array<uint8_t, 18> out{};
  ByteWriter writer(out);
  writer.u8(1);
  writer.u16(0x0203);
  writer.u24(0x040506);
  writer.u32(0x0708090a);
  writer.u64(0x0b0c0d0e0f101112);
  ASSERT_TRUE(writer.ok());
  EXPECT_EQ(writer.size(), 18u);
  for (size_t i = 0; i < out.size(); ++i) EXPECT_EQ(out[i], i + 1);
}

TEST(ByteWriter, FailsForGoodAndLeavesTheRestUntouched) {
  std::array<uint8_t, 3> out = {7, 7, 7};
  ByteWriter writer(out);
  writer.u16(0x0102);
  writer.u16(0x0304);
  writer.u8(5);
  EXPECT_FALSE(writer.ok());
  EXPECT_THAT(out, ElementsAre(1, 2, 7));
}

}  // namespace
}  // namespace sotto
