#include "media/video/vp8_payload_descriptor.hpp"

#include "base/assert.hpp"

namespace sotto::media {
namespace {

// RFC 7741 4.2, first byte.
constexpr uint8_t kExtended = 0x80;
constexpr uint8_t kNonReference = 0x20;
constexpr uint8_t kStartOfPartition = 0x10;
constexpr uint8_t kPartitionIndexMask = 0x07;
// Second byte.
constexpr uint8_t kHasPictureId = 0x80;
constexpr uint8_t kHasTl0PictureIndex = 0x40;
constexpr uint8_t kHasTemporalLayer = 0x20;
constexpr uint8_t kHasKeyIndex = 0x10;
// Picture ID.
constexpr uint8_t kLongPictureId = 0x80;
// TID/Y/KEYIDX byte.
constexpr int kTemporalLayerShift = 6;
constexpr uint8_t kLayerSync = 0x20;
constexpr uint8_t kKeyIndexMask = 0x1f;

// RFC 6386 9.1.
constexpr uint32_t kStartCode = 0x9d012a;
constexpr uint16_t kDimensionMask = 0x3fff;  // the two bits above ask for upscaling, which nobody uses

void parse_extension(ByteReader& reader, Vp8PayloadDescriptor& descriptor) {
  const uint8_t fields = reader.u8();
  if (fields & kHasPictureId) {
    const uint8_t first = reader.u8();
    const bool is_15_bit = first & kLongPictureId;
    const uint8_t high = first & 0x7f;
    descriptor.picture_id = PictureId{static_cast<uint16_t>(is_15_bit ? high << 8 | reader.u8() : high), is_15_bit};
  }
  if (fields & kHasTl0PictureIndex) descriptor.tl0_picture_index = reader.u8();
  if (fields & (kHasTemporalLayer | kHasKeyIndex)) {
    const uint8_t byte = reader.u8();
    if (fields & kHasTemporalLayer) {
      descriptor.temporal_layer = static_cast<uint8_t>(byte >> kTemporalLayerShift);
      descriptor.layer_sync = byte & kLayerSync;
    }
    if (fields & kHasKeyIndex) descriptor.key_index = byte & kKeyIndexMask;
  }
}

}  // namespace

Result<Vp8Payload> parse_vp8_payload(ByteView payload) {
  ByteReader reader(payload);
  const uint8_t first = reader.u8();
  Vp8Payload parsed;
  parsed.descriptor.non_reference = first & kNonReference;
  parsed.descriptor.starts_partition = first & kStartOfPartition;
  parsed.descriptor.partition_index = first & kPartitionIndexMask;
  if (first & kExtended) parse_extension(reader, parsed.descriptor);
  if (!reader.ok() || reader.at_end()) return Error{ErrorCode::kMalformed, "VP8 payload is cut short"};
  parsed.data = reader.rest();
  return parsed;
}

void write_vp8_payload_descriptor(ByteWriter& writer, const Vp8PayloadDescriptor& descriptor) {
  SOTTO_ASSERT(descriptor.partition_index <= kPartitionIndexMask);
  const bool has_layer_byte = descriptor.temporal_layer || descriptor.key_index;
  const bool extended = descriptor.picture_id || descriptor.tl0_picture_index || has_layer_byte;
  writer.u8(static_cast<uint8_t>((extended ? kExtended : 0) | (descriptor.non_reference ? kNonReference : 0) |
                                 (descriptor.starts_partition ? kStartOfPartition : 0) | descriptor.partition_index));
  if (!extended) return;
  writer.u8(static_cast<uint8_t>(
      (descriptor.picture_id ? kHasPictureId : 0) | (descriptor.tl0_picture_index ? kHasTl0PictureIndex : 0) |
      (descriptor.temporal_layer ? kHasTemporalLayer : 0) | (descriptor.key_index ? kHasKeyIndex : 0)));
  if (descriptor.picture_id) {
    const PictureId id = *descriptor.picture_id;
    SOTTO_ASSERT(id.value <= (id.is_15_bit ? 0x7fff : 0x7f));
    if (id.is_15_bit) {
      writer.u16(static_cast<uint16_t>(kLongPictureId << 8 | id.value));
    } else {
      writer.u8(static_cast<uint8_t>(id.value));
    }
  }
  if (descriptor.tl0_picture_index) writer.u8(*descriptor.tl0_picture_index);
  if (has_layer_byte) {
    const uint8_t layer = descriptor.temporal_layer.value_or(0);
    const uint8_t key_index = descriptor.key_index.value_or(0);
    SOTTO_ASSERT(layer <= 3 && key_index <= kKeyIndexMask);
    writer.u8(
        static_cast<uint8_t>(layer << kTemporalLayerShift | (descriptor.layer_sync ? kLayerSync : 0) | key_index));
  }
}

Result<Vp8FrameHeader> parse_vp8_frame_header(ByteView frame) {
  ByteReader reader(frame);
  // Three bytes, least significant first: not a key frame (1 bit), version (3), shown (1), first partition size (19).
  const uint32_t low = reader.u8();
  const uint32_t middle = reader.u8();
  const uint32_t tag = low | middle << 8 | uint32_t{reader.u8()} << 16;
  Vp8FrameHeader header;
  header.key_frame = (tag & 1) == 0;
  header.shown = tag >> 4 & 1;
  header.first_partition_size = tag >> 5;
  if (header.key_frame) {
    if (reader.u24() != kStartCode) return Error{ErrorCode::kMalformed, "VP8 key frame without its start code"};
    const auto dimension = [&reader] {
      const int low_byte = reader.u8();
      return (low_byte | reader.u8() << 8) & kDimensionMask;
    };
    header.width = dimension();
    header.height = dimension();
    if (header.width == 0 || header.height == 0) {
      return Error{ErrorCode::kMalformed, "VP8 key frame without pixels"};
    }
  }
  if (!reader.ok()) return Error{ErrorCode::kMalformed, "VP8 frame is cut short"};
  return header;
}

}  // namespace sotto::media
