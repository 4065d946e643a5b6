#include "media/video/vp8_payload_descriptor.hpp"

#include <gtest/gtest.h>

#include <array>

namespace sotto::media {
namespace {

Bytes written(const Vp8PayloadDescriptor& descriptor) {
  std::array<uint8_t, 16> memory;
  ByteWriter writer(memory);
  write_vp8_payload_descriptor(writer, descriptor);
  EXPECT_TRUE(writer.ok());
  return {writer.written().begin(), writer.written().end()};
}

/// One descriptor as bytes and as fields.
struct Vector {
  const char* name;
  Bytes bytes;
  Vp8PayloadDescriptor descriptor;
};

std::vector<Vector> vectors() {
  return {
      // The values of the examples in RFC 7741 4.6.
      {"KeyFrameInOnePacket", {0x90, 0x80, 0x11}, {.starts_partition = true, .picture_id = PictureId{17, false}}},
      {"DiscardableFrameWithoutPictureId", {0x30}, {.non_reference = true, .starts_partition = true}},
      {"SecondPartition",
       {0x91, 0x80, 0x11},
       {.starts_partition = true, .partition_index = 1, .picture_id = PictureId{17, false}}},
      {"LaterFragment", {0x80, 0x80, 0x11}, {.picture_id = PictureId{17, false}}},
      {"LongPictureId", {0x90, 0x80, 0x92, 0x67}, {.starts_partition = true, .picture_id = PictureId{4711, true}}},
      // Combinations that the RFC shows no example of.
      {"EveryField",
       {0xb7, 0xf0, 0xff, 0xff, 0xab, 0xbf},
       {.non_reference = true,
        .starts_partition = true,
        .partition_index = 7,
        .picture_id = PictureId{0x7fff, true},
        .tl0_picture_index = 0xab,
        .temporal_layer = 2,
        .layer_sync = true,
        .key_index = 31}},
      {"KeyIndexAlone", {0x80, 0x10, 0x05}, {.key_index = 5}},
      {"TemporalLayerAlone", {0x80, 0x20, 0xc0}, {.temporal_layer = 3}},
  };
}

TEST(Vp8PayloadDescriptor, IsReadFromEachVector) {
  for (const Vector& vector : vectors()) {
    SCOPED_TRACE(vector.name);
    Bytes payload = vector.bytes;
    payload.push_back(0x42);
    const Result<Vp8Payload> parsed = parse_vp8_payload(payload);
    ASSERT_TRUE(parsed.ok());
    EXPECT_EQ(parsed->descriptor, vector.descriptor);
    ASSERT_EQ(parsed->data.size(), 1U);
    EXPECT_EQ(parsed->data[0], 0x42);
  }
}

TEST(Vp8PayloadDescriptor, IsWrittenAsEachVector) {
  for (const Vector& vector : vectors()) EXPECT_EQ(written(vector.descriptor), vector.bytes) << vector.name;
}

TEST(Vp8PayloadDescriptor, CutShortAnywhereIsMalformed) {
  for (const Vector& vector : vectors()) {
    for (size_t size = 0; size <= vector.bytes.size(); ++size) {
      const Result<Vp8Payload> parsed = parse_vp8_payload(ByteView(vector.bytes).first(size));
      ASSERT_FALSE(parsed.ok()) << vector.name << " cut to " << size;
      EXPECT_EQ(parsed.error().code, ErrorCode::kMalformed);
    }
  }
}

TEST(Vp8PayloadDescriptor, IgnoresReservedBitsAndUnusedParts) {
  // R bits set, RSV set, TID and Y set although only K says that the byte is there.
  const Bytes payload{0xd8, 0x1f, 0xe5, 0x42};
  const Result<Vp8Payload> parsed = parse_vp8_payload(payload);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->descriptor, (Vp8PayloadDescriptor{.starts_partition = true, .key_index = 5}));
}

TEST(PictureId, WrapsAtItsOwnWidth) {
  EXPECT_EQ((PictureId{0x7f, false}.next()), (PictureId{0, false}));
  EXPECT_EQ((PictureId{0x7f, true}.next()), (PictureId{0x80, true}));
  EXPECT_EQ((PictureId{0x7fff, true}.next()), (PictureId{0, true}));
}

TEST(Vp8FrameHeader, OfAKeyFrameTellsTheSizeWithoutTheScalingBits) {
  // 1280x720, upscaling asked for in both directions, first partition of 0x12345 bytes.
  const Bytes frame{0xb0, 0x68, 0x24, 0x9d, 0x01, 0x2a, 0x00, 0x45, 0xd0, 0x82};
  const Result<Vp8FrameHeader> header = parse_vp8_frame_header(frame);
  ASSERT_TRUE(header.ok());
  EXPECT_TRUE(header->key_frame);
  EXPECT_TRUE(header->shown);
  EXPECT_EQ(header->width, 1280);
  EXPECT_EQ(header->height, 720);
  EXPECT_EQ(header->first_partition_size, 0x12345U);
}

TEST(Vp8FrameHeader, OfAnotherFrameNeedsThreeBytes) {
  const Result<Vp8FrameHeader> header = parse_vp8_frame_header(Bytes{0x11, 0, 0});
  ASSERT_TRUE(header.ok());
  EXPECT_FALSE(header->key_frame);
  EXPECT_FALSE(parse_vp8_frame_header(Bytes{0x11, 0}).ok());
}

TEST(Vp8FrameHeader, TellsAFrameThatIsNotToBeShown) { EXPECT_FALSE(parse_vp8_frame_header(Bytes{0x01, 0, 0})->shown); }

TEST(Vp8FrameHeader, OfAKeyFrameIsRefusedWithoutStartCodeOrPixels) {
  const Bytes good{0x10, 0, 0, 0x9d, 0x01, 0x2a, 16, 0, 16, 0};
  ASSERT_TRUE(parse_vp8_frame_header(good).ok());
  for (size_t size = 0; size < good.size(); ++size)
    EXPECT_FALSE(parse_vp8_frame_header(ByteView(good).first(size)).ok());
  Bytes bad = good;
  bad[4] = 0x02;
  EXPECT_FALSE(parse_vp8_frame_header(bad).ok());
  bad = good;
  bad[6] = 0;
  EXPECT_FALSE(parse_vp8_frame_header(bad).ok());
}

}  // namespace
}  // namespace sotto::media
