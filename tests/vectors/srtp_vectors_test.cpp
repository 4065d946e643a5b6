#include <gmock/gmock.h>

#include <numeric>

#include "base/packet_buffer.hpp"
#include "base/random.hpp"
#include "tests/vectors/hex.hpp"
#include "tests/vectors/srtp_reference.hpp"
#include "transport/srtp/srtp_keys.hpp"
#include "transport/srtp/srtp_session.hpp"

namespace sotto::transport {
namespace {

using reference::KeyLabel;
using ::testing::ElementsAreArray;

Bytes counting(size_t size) {
  Bytes bytes(size);
  std::iota(bytes.begin(), bytes.end(), uint8_t{0});
  return bytes;
}

// RFC 7714 16 and 17: "Quid pro quo", "Gallia est omnis divisa in partes tres", and a sender report of SSRC "Mars".
const Bytes kSalt = test::from_hex("517569642070726f2071756f");
const Bytes kRtp = test::from_hex(
    "8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e697320646976"
    "69736120696e207061727465732074726573");
const Bytes kRtcp = test::from_hex(
    "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61"
    "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef");
constexpr uint32_t kSrtcpIndex = 0x5d4;

TEST(SrtpReference, MakesTheSrtpPacketsOfRfc7714) {
  EXPECT_EQ(reference::protect_rtp(counting(16), kSalt, kRtp, 0),
            test::from_hex("8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd5"
                           "0d294e6f42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce"));
  EXPECT_EQ(reference::protect_rtp(counting(32), kSalt, kRtp, 0),
            test::from_hex("8040f17b8041f8d35501a0b232b1de78a822fe12ef9f78fa332e33aab1801238"
                           "9a58e2f3b50b2a0276ffae0f1ba63799b87b7aa3db36dfffd6b0f9bb7878d7a76c13"));
}

TEST(SrtpReference, MakesTheSrtcpPacketsOfRfc7714) {
  EXPECT_EQ(reference::protect_rtcp(counting(16), kSalt, kRtcp, kSrtcpIndex),
            test::from_hex("81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32d"
                           "c676a5f1730d6fda4ce09b4686303ded0bb9275bc84aa45896cf4d2fc5abf872"
                           "45d9eade800005d4"));
  EXPECT_EQ(reference::protect_rtcp(counting(32), kSalt, kRtcp, kSrtcpIndex),
            test::from_hex("81c8000d4d617273d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50"
                           "a2eaa5c1110555be8415f658c61de0476f1b6fad1d1eb30c4446839f57ff6f6c"
                           "b26ac3be800005d4"));
}

TEST(SrtpReference, DerivesTheKeysOfRfc3711AppendixB3) {
  const Bytes key = test::from_hex("e1f97a0d3e018be0d64fa32c06de4139");
  const Bytes salt = test::from_hex("0ec675ad498afeebb6960b3aabe6");
  EXPECT_EQ(reference::derive(key, salt, KeyLabel::kRtpCipher, 16), test::from_hex("c61e7a93744f39ee10734afe3ff7a087"));
  EXPECT_EQ(reference::derive(key, salt, KeyLabel::kRtpSalt, 14), test::from_hex("30cbbc08863d8c85d49db34a9ae1"));
  EXPECT_EQ(reference::derive(key, salt, KeyLabel::kRtpAuth, 20),
            test::from_hex("cebe321f6ff7716b6fd4ab49af256a156d38baa4"));
}

TEST(SrtpReference, DerivesTheAes256KeysOfRfc6188Section7) {
  const Bytes key = test::from_hex("f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6");
  const Bytes salt = test::from_hex("3b04803de51ee7c96423ab5b78d2");
  EXPECT_EQ(reference::derive(key, salt, KeyLabel::kRtpCipher, 32),
            test::from_hex("5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4"));
  EXPECT_EQ(reference::derive(key, salt, KeyLabel::kRtpSalt, 14), test::from_hex("fa31791685ca444a9e07c6c64e93"));
  EXPECT_EQ(reference::derive(key, salt, KeyLabel::kRtpAuth, 20),
            test::from_hex("fd9c32d39ed5fbb5a9dc96b30818454d1313dc05"));
}

SrtpKeys keys_from(const Bytes& material) { return SrtpKeys(Secret<88>(std::span<const uint8_t, 88>(material))); }

PacketBuffer packet_of(ByteView bytes) {
  PacketBuffer packet;
  packet.append_bytes(bytes);
  return packet;
}

/// An RTP packet with CSRCs, an extension and a payload of `payload_size` bytes.
Bytes rtp_packet(SeededRandom& random, uint16_t sequence, uint32_t ssrc, uint8_t csrcs, bool extension,
                 size_t payload_size) {
  Bytes packet(12 + size_t{4} * csrcs + (extension ? 12 : 0) + payload_size);
  ByteWriter writer(packet);
  writer.u8(static_cast<uint8_t>(0x80 | (extension ? 0x10 : 0) | csrcs));
  writer.u8(96);
  writer.u16(sequence);
  writer.u32(random.u32());
  writer.u32(ssrc);
  for (int i = 0; i < csrcs; ++i) writer.u32(random.u32());
  if (extension) {
    writer.u16(0xbede);
    writer.u16(2);
    writer.u64(random.u64());
  }
  random.fill(MutableByteView(packet).subspan(writer.size()));
  return packet;
}

class SrtpSessionAgainstReference : public ::testing::TestWithParam<DtlsRole> {};

TEST_P(SrtpSessionAgainstReference, MakesTheSamePacketsFromTheMasterKeys) {
  const bool client = GetParam() == DtlsRole::kClient;
  SeededRandom random(7);
  Bytes material(88);
  random.fill(material);
  const ByteView master_key = ByteView(material).subspan(client ? 0 : 32, 32);
  const ByteView master_salt = ByteView(material).subspan(client ? 64 : 76, 12);
  const Bytes rtp_key = reference::derive(master_key, master_salt, KeyLabel::kRtpCipher, 32);
  const Bytes rtp_salt = reference::derive(master_key, master_salt, KeyLabel::kRtpSalt, 12);
  const Bytes rtcp_key = reference::derive(master_key, master_salt, KeyLabel::kRtcpCipher, 32);
  const Bytes rtcp_salt = reference::derive(master_key, master_salt, KeyLabel::kRtcpSalt, 12);
  auto sender = SrtpSession::create(keys_from(material), GetParam());
  auto receiver = SrtpSession::create(keys_from(material), peer_of(GetParam()));
  ASSERT_TRUE(sender);
  ASSERT_TRUE(receiver);

  // Across a wrap of the sequence number, so that the rollover counter takes part.
  uint16_t sequence = 65500;
  uint32_t rollover = 0;
  for (uint32_t i = 0; i < 80; ++i) {
    const Bytes plain = rtp_packet(random, sequence, 0x1234, static_cast<uint8_t>(i % 4), i % 2 == 0, 13 * i);
    PacketBuffer packet = packet_of(plain);
    ASSERT_TRUE(sender->protect_rtp(packet));
    ASSERT_THAT(packet.view(), ElementsAreArray(reference::protect_rtp(rtp_key, rtp_salt, plain, rollover)));
    ASSERT_TRUE(receiver->unprotect_rtp(packet));
    ASSERT_THAT(packet.view(), ElementsAreArray(plain));
    if (++sequence == 0) ++rollover;
  }
  for (uint32_t index = 1; index <= 20; ++index) {  // libsrtp's first SRTCP index is 1
    PacketBuffer packet = packet_of(kRtcp);
    ASSERT_TRUE(sender->protect_rtcp(packet));
    ASSERT_THAT(packet.view(), ElementsAreArray(reference::protect_rtcp(rtcp_key, rtcp_salt, kRtcp, index)));
    ASSERT_TRUE(receiver->unprotect_rtcp(packet));
    ASSERT_THAT(packet.view(), ElementsAreArray(kRtcp));
  }
}

INSTANTIATE_TEST_SUITE_P(BothRoles, SrtpSessionAgainstReference,
                         ::testing::Values(DtlsRole::kClient, DtlsRole::kServer));

}  // namespace
}  // namespace sotto::transport
