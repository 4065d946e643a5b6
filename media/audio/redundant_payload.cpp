#include "media/audio/redundant_payload.hpp"

#include "base/assert.hpp"

namespace sotto::media {
namespace {

//   0                   1                    2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3  4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |1|  block type |      timestamp offset     |   block length    |  each redundant block
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |0|  block type |                                                  the primary, last
//  +-+-+-+-+-+-+-+-+
constexpr uint8_t kMoreFollow = 0x80;
constexpr uint8_t kTypeMask = 0x7f;
constexpr int kLengthBits = 10;
constexpr size_t kBlockHeaderSize = 4;
constexpr size_t kPrimaryHeaderSize = 1;

}  // namespace

std::optional<RedundantPayload> parse_redundant_payload(ByteView payload) {
  ByteReader reader(payload);
  RedundantPayload parsed;
  std::array<size_t, RedundantPayload::kMaxBlocks> sizes{};
  uint8_t first = reader.u8();
  for (; (first & kMoreFollow) != 0; first = reader.u8()) {
    if (parsed.count == RedundantPayload::kMaxBlocks) return std::nullopt;
    const uint32_t offset_and_length = reader.u24();
    parsed.storage[parsed.count].payload_type = first & kTypeMask;
    parsed.storage[parsed.count].timestamp_offset = static_cast<uint16_t>(offset_and_length >> kLengthBits);
    sizes[parsed.count] = offset_and_length & RedundantBlock::kMaxSize;
    ++parsed.count;
  }
  parsed.primary_type = first;
  for (size_t i = 0; i < parsed.count; ++i) parsed.storage[i].payload = reader.take(sizes[i]);
  if (!reader.ok() || reader.at_end()) return std::nullopt;
  parsed.primary = reader.rest();
  return parsed;
}

size_t redundant_payload_size(std::span<const RedundantBlock> blocks, ByteView primary) {
  size_t size = kPrimaryHeaderSize + primary.size();
  for (const RedundantBlock& block : blocks) size += kBlockHeaderSize + block.payload.size();
  return size;
}

void write_redundant_payload(ByteWriter& out, std::span<const RedundantBlock> blocks, uint8_t primary_type,
                             ByteView primary) {
  for (const RedundantBlock& block : blocks) {
    SOTTO_ASSERT(block.payload_type <= kTypeMask && block.timestamp_offset <= RedundantBlock::kMaxOffset &&
                 block.payload.size() <= RedundantBlock::kMaxSize);
    out.u8(kMoreFollow | block.payload_type);
    out.u24(uint32_t{block.timestamp_offset} << kLengthBits | static_cast<uint32_t>(block.payload.size()));
  }
  SOTTO_ASSERT(primary_type <= kTypeMask);
  out.u8(primary_type);
  for (const RedundantBlock& block : blocks) out.bytes(block.payload);
  out.bytes(primary);
}

}  // namespace sotto::media
