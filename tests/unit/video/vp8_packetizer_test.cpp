#include "media/video/vp8_packetizer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "video_test_support.hpp"

namespace sotto::media {
namespace {

constexpr size_t kMaxPayload = 100;
constexpr size_t kMaxData = kMaxPayload - Vp8Packetizer::kDescriptorSize;

std::vector<PacketHandle> packetize(Vp8Packetizer& packetizer, ByteView picture) {
  std::vector<PacketHandle> payloads;
  packetizer.packetize(picture, payloads);
  return payloads;
}

std::vector<Vp8Payload> parsed(const std::vector<PacketHandle>& payloads) {
  std::vector<Vp8Payload> result;
  for (const PacketHandle& payload : payloads) {
    result.push_back(parse_vp8_payload(std::as_const(*payload).view()).value());
  }
  return result;
}

TEST(Vp8Packetizer, PutsASmallPictureIntoOnePayload) {
  Vp8Packetizer packetizer(kMaxPayload, 5, PacketPool::create());
  const Bytes picture = fake_picture(true, kMaxData);
  const auto payloads = packetize(packetizer, picture);
  ASSERT_EQ(payloads.size(), 1U);
  EXPECT_EQ(payloads[0]->size(), kMaxPayload);
  const Vp8Payload payload = parsed(payloads)[0];
  EXPECT_EQ(payload.descriptor, (Vp8PayloadDescriptor{.starts_partition = true, .picture_id = PictureId{5, true}}));
  EXPECT_TRUE(std::equal(payload.data.begin(), payload.data.end(), picture.begin(), picture.end()));
}

TEST(Vp8Packetizer, SplitsEverySizeIntoFewPayloadsOfNearlyEqualSize) {
  Vp8Packetizer packetizer(kMaxPayload, 0, PacketPool::create());
  for (size_t size = 1; size < 10 * kMaxData; ++size) {
    const Bytes picture = fake_picture(false, size);
    const auto payloads = packetize(packetizer, ByteView(picture).first(size));
    ASSERT_EQ(payloads.size(), (size + kMaxData - 1) / kMaxData);
    Bytes joined;
    size_t least = kMaxPayload;
    size_t most = 0;
    for (const Vp8Payload& payload : parsed(payloads)) {
      ASSERT_EQ(payload.descriptor.starts_frame(), joined.empty());
      append(joined, payload.data);
      least = std::min(least, payload.data.size());
      most = std::max(most, payload.data.size());
    }
    ASSERT_LE(most, kMaxData);
    ASSERT_LE(most - least, 1U);
    ASSERT_TRUE(std::equal(joined.begin(), joined.end(), picture.begin()));
  }
}

TEST(Vp8Packetizer, CountsPicturesIn15BitsAndWraps) {
  Vp8Packetizer packetizer(kMaxPayload, 0xfffe, PacketPool::create());
  const Bytes picture = fake_picture(false, 150);
  for (const uint16_t expected : std::initializer_list<uint16_t>{0x7ffe, 0x7fff, 0, 1}) {
    for (const Vp8Payload& payload : parsed(packetize(packetizer, picture))) {
      EXPECT_EQ(payload.descriptor.picture_id, (PictureId{expected, true}));
    }
  }
}

TEST(Vp8Packetizer, LeavesTheHeadroomForTheRtpHeader) {
  Vp8Packetizer packetizer(kMaxPayload, 0, PacketPool::create());
  const auto payloads = packetize(packetizer, fake_picture(false, 300));
  for (const PacketHandle& payload : payloads) payload->prepend(PacketBuffer::kHeadroom);
}

}  // namespace
}  // namespace sotto::media
