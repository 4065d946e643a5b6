#include "transport/rtp/rtp_packet.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "transport/rtp/rtx.hpp"

namespace sotto::transport {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

constexpr HeaderExtensionIds kIds{.mid = 4, .transport_sequence = 3};

PacketBuffer packet_with(ByteView payload) {
  PacketBuffer packet;
  packet.append_bytes(payload);
  return packet;
}

TEST(RtpPacket, WritesTheHeaderOfRfc3550) {
  PacketBuffer packet = packet_with(Bytes{0xaa});
  prepend_rtp_header(packet,
                     {.marker = true,
                      .payload_type = 111,
                      .sequence = SequenceNumber(0x1234),
                      .timestamp = 0x01020304,
                      .ssrc = Ssrc(0x0a0b0c0d)},
                     {}, kIds);
  EXPECT_THAT(packet.view(), ElementsAre(0x80, 0xef, 0x12, 0x34, 0x01, 0x02, 0x03, 0x04, 0x0a, 0x0b, 0x0c, 0x0d, 0xaa));
}

TEST(RtpPacket, WritesExtensionsInTheOneByteFormPaddedToWords) {
  PacketBuffer packet = packet_with(Bytes{0xaa});
  prepend_rtp_header(packet, {.payload_type = 96}, {.mid = "v", .transport_sequence = 0x0102}, kIds);
  EXPECT_EQ(packet.data()[0], 0x90);
  EXPECT_THAT(packet.view().subspan(12), ElementsAre(0xbe, 0xde, 0, 2, 0x31, 0x01, 0x02, 0x40, 'v', 0, 0, 0, 0xaa));
}

TEST(RtpPacket, LeavesOutExtensionsWithoutAnId) {
  PacketBuffer packet = packet_with(Bytes{0xaa});
  prepend_rtp_header(packet, {.payload_type = 96}, {.mid = "v", .transport_sequence = 7}, {});
  EXPECT_EQ(packet.size(), 13u);
}

TEST(RtpPacket, ReadsWhatItWrites) {
  PacketBuffer packet = packet_with(as_bytes("payload"));
  prepend_rtp_header(packet,
                     {.marker = true,
                      .payload_type = 98,
                      .sequence = SequenceNumber(65'535),
                      .timestamp = 0xfffffffe,
                      .ssrc = Ssrc(42)},
                     {.mid = "0123456789abcdef", .transport_sequence = 0xffff}, kIds);
  const auto view = parse_rtp(packet.view(), kIds);
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->header.marker);
  EXPECT_EQ(view->header.payload_type, 98);
  EXPECT_EQ(view->header.sequence, SequenceNumber(65'535));
  EXPECT_EQ(view->header.timestamp, 0xfffffffe);
  EXPECT_EQ(view->header.ssrc, Ssrc(42));
  EXPECT_EQ(view->extensions.mid, "0123456789abcdef");
  EXPECT_EQ(view->extensions.transport_sequence, 0xffff);
  EXPECT_THAT(view->payload, ElementsAreArray(as_bytes("payload")));
  EXPECT_EQ(view->payload_offset, packet.size() - 7);
}

TEST(RtpPacket, SkipsContributingSources) {
  const Bytes packet{0x82, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 1, 1, 1, 1, 2, 2, 2, 2, 0xaa};
  const auto view = parse_rtp(packet, kIds);
  ASSERT_TRUE(view);
  EXPECT_THAT(view->payload, ElementsAre(0xaa));
}

TEST(RtpPacket, TakesThePaddingAway) {
  const Bytes packet{0xa0, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0xaa, 0, 0, 3};
  const auto view = parse_rtp(packet, kIds);
  ASSERT_TRUE(view);
  EXPECT_THAT(view->payload, ElementsAre(0xaa));
}

TEST(RtpPacket, MayBeNothingButPadding) {
  const Bytes packet{0xa0, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 2};
  const auto view = parse_rtp(packet, kIds);
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->payload.empty());
}

TEST(RtpPacket, RefusesPaddingOfZeroOrOfMoreThanThereIs) {
  EXPECT_FALSE(parse_rtp(Bytes{0xa0, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0xaa, 0}, kIds));
  EXPECT_FALSE(parse_rtp(Bytes{0xa0, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0xaa, 3}, kIds));
  EXPECT_FALSE(parse_rtp(Bytes{0xa0, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3}, kIds));
}

TEST(RtpPacket, RefusesOtherVersionsAndEveryTruncatedHeader) {
  Bytes packet{0x92, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 1, 1, 1, 1, 2, 2, 2, 2, 0xbe, 0xde, 0, 1, 0x31, 0, 7, 0};
  ASSERT_TRUE(parse_rtp(packet, kIds));
  for (size_t size = 0; size < packet.size(); ++size)
    EXPECT_FALSE(parse_rtp(ByteView(packet).first(size), kIds)) << size;
  packet[0] = 0x52;
  EXPECT_FALSE(parse_rtp(packet, kIds));
}

struct ReadExtensions {
  std::string mid;
  std::optional<uint16_t> transport_sequence;
};

ReadExtensions parse_block(uint16_t profile, const Bytes& block) {
  const HeaderExtensions found = parse_header_extensions(profile, block, kIds);
  return {std::string(found.mid), found.transport_sequence};
}

TEST(HeaderExtensions, ReadTheOneByteForm) {
  // Padding between the elements, and one that nobody agreed on.
  const Bytes block{0x31, 0x12, 0x34, 0x00, 0x72, 1, 2, 3, 0x41, 'a', 'b', 0x00};
  const ReadExtensions found = parse_block(0xbede, block);
  EXPECT_EQ(found.transport_sequence, 0x1234);
  EXPECT_EQ(found.mid, "ab");
}

TEST(HeaderExtensions, ReadTheTwoByteFormWithItsEmptyElements) {
  const Bytes block{3, 2, 0x12, 0x34, 0, 200, 0, 4, 3, 'a', 'b', 'c'};
  for (const uint16_t profile : {uint16_t{0x1000}, uint16_t{0x100f}}) {
    const ReadExtensions found = parse_block(profile, block);
    EXPECT_EQ(found.transport_sequence, 0x1234);
    EXPECT_EQ(found.mid, "abc");
  }
}

TEST(HeaderExtensions, OfAnotherProfileAreIgnored) {
  EXPECT_EQ(parse_block(0xabac, {0x31, 0x12, 0x34, 0x00}).transport_sequence, std::nullopt);
}

TEST(HeaderExtensions, EndAtId15InTheOneByteForm) {
  const ReadExtensions found = parse_block(0xbede, {0x40, 'm', 0xf0, 0x31, 0x12, 0x34});
  EXPECT_EQ(found.mid, "m");
  EXPECT_EQ(found.transport_sequence, std::nullopt);
}

TEST(HeaderExtensions, EndWhereAnElementOverrunsTheBlock) {
  const ReadExtensions found = parse_block(0xbede, {0x40, 'm', 0x3f, 0x12});
  EXPECT_EQ(found.mid, "m");
  EXPECT_EQ(found.transport_sequence, std::nullopt);
}

TEST(HeaderExtensions, WithAWrongLengthAreIgnored) {
  EXPECT_EQ(parse_block(0xbede, {0x30, 0x12, 0x00, 0x00}).transport_sequence, std::nullopt);
}

TEST(Rtx, PutsTheNumberOfTheLostPacketInFrontOfItsPayload) {
  PacketBuffer payload = packet_with(Bytes{0xaa, 0xbb});
  wrap_rtx(payload, SequenceNumber(0x1234));
  EXPECT_THAT(payload.view(), ElementsAre(0x12, 0x34, 0xaa, 0xbb));
  EXPECT_EQ(unwrap_rtx(payload), SequenceNumber(0x1234));
  EXPECT_THAT(payload.view(), ElementsAre(0xaa, 0xbb));
}

TEST(Rtx, WithoutANumberIsNone) {
  PacketBuffer payload = packet_with(Bytes{0x12});
  EXPECT_EQ(unwrap_rtx(payload), std::nullopt);
}

}  // namespace
}  // namespace sotto::transport
