#include "tools/demo/datagram.hpp"

namespace sotto::tools {
namespace {

constexpr uint16_t kEtherTypeIpv4 = 0x0800;
constexpr uint16_t kEtherTypeIpv6 = 0x86dd;
constexpr uint8_t kProtocolUdp = 17;
constexpr uint32_t kStunMagicCookie = 0x2112a442;  // RFC 8489 section 5
constexpr size_t kStunHeader = 20;
constexpr size_t kGcmTag = 16;     // RFC 7714
constexpr size_t kSrtcpIndex = 4;  // RFC 3711 section 3.4

/// The UDP header and payload inside an IPv4 packet.
ByteView inside_ipv4(ByteView packet) {
  ByteReader reader(packet);
  const uint8_t version_and_length = reader.u8();
  reader.skip(1);
  const size_t total = reader.u16();
  reader.skip(2);
  const uint16_t fragment = reader.u16();
  reader.skip(1);
  const uint8_t protocol = reader.u8();
  const size_t header = static_cast<size_t>(version_and_length & 0x0f) * 4;
  const bool first_fragment = (fragment & 0x1fff) == 0;
  if (!reader.ok() || version_and_length >> 4 != 4 || protocol != kProtocolUdp || !first_fragment || header < 20 ||
      total < header || total > packet.size()) {
    return {};
  }
  return packet.subspan(header, total - header);
}

/// The same for IPv6 without extension headers.
ByteView inside_ipv6(ByteView packet) {
  ByteReader reader(packet);
  const uint8_t version = reader.u8() >> 4;
  reader.skip(3);
  const size_t length = reader.u16();
  const uint8_t next_header = reader.u8();
  reader.skip(1 + 16 + 16);
  if (!reader.ok() || version != 6 || next_header != kProtocolUdp) return {};
  return reader.take(length);
}

bool is_stun(ByteView payload) {
  ByteReader reader(payload);
  reader.skip(2);
  const size_t length = reader.u16();
  return reader.u32() == kStunMagicCookie && length % 4 == 0 && payload.size() == kStunHeader + length;
}

/// One or more whole records of DTLS 1.0 (which the first flight may say) or 1.2 (RFC 6347 section 4.1).
bool is_dtls(ByteView payload) {
  ByteReader reader(payload);
  while (!reader.at_end() && reader.ok()) {
    const uint8_t type = reader.u8();
    const uint16_t version = reader.u16();
    reader.skip(8);
    reader.skip(reader.u16());
    if (type < 20 || type > 23 || (version != 0xfeff && version != 0xfefd)) return false;
  }
  return reader.ok();
}

/// RFC 5761 section 4: the second byte tells RTCP's packet types from RTP's payload types.
bool is_rtcp(ByteView payload) { return payload.size() > 1 && payload[1] >= 192 && payload[1] <= 223; }

}  // namespace

std::optional<Datagram> parse_datagram(ByteView frame) {
  ByteReader ethernet(frame);
  ethernet.skip(12);
  const uint16_t ether_type = ethernet.u16();
  if (!ethernet.ok()) return std::nullopt;
  ByteView udp;
  if (ether_type == kEtherTypeIpv4) udp = inside_ipv4(ethernet.rest());
  if (ether_type == kEtherTypeIpv6) udp = inside_ipv6(ethernet.rest());

  ByteReader reader(udp);
  Datagram datagram;
  datagram.source_port = reader.u16();
  datagram.destination_port = reader.u16();
  const size_t length = reader.u16();
  reader.skip(2);
  if (!reader.ok() || length < 8 || length > udp.size()) return std::nullopt;
  datagram.payload = reader.take(length - 8);
  return datagram;
}

DatagramClass classify(ByteView payload) {
  if (payload.empty()) return DatagramClass::kOther;
  const uint8_t first = payload[0];
  if (first <= 3) return is_stun(payload) ? DatagramClass::kStun : DatagramClass::kOther;
  if (first >= 20 && first <= 63) return is_dtls(payload) ? DatagramClass::kDtls : DatagramClass::kOther;
  if (first >= 128 && first <= 191) {
    if (is_rtcp(payload)) {
      // RFC 7714 section 9: header and SSRC, tag, then the index with the bit that says "encrypted".
      const bool whole = payload.size() >= 8 + kGcmTag + kSrtcpIndex;
      const bool encrypted = whole && (payload[payload.size() - kSrtcpIndex] & 0x80) != 0;
      return encrypted ? DatagramClass::kSrtcp : DatagramClass::kOther;
    }
    return payload.size() >= 12 + kGcmTag ? DatagramClass::kSrtp : DatagramClass::kOther;
  }
  return DatagramClass::kOther;
}

std::string_view to_string(DatagramClass datagram_class) {
  switch (datagram_class) {
    case DatagramClass::kStun:
      return "STUN";
    case DatagramClass::kDtls:
      return "DTLS";
    case DatagramClass::kSrtp:
      return "SRTP";
    case DatagramClass::kSrtcp:
      return "SRTCP";
    case DatagramClass::kOther:
      return "other";
  }
  return "other";
}

}  // namespace sotto::tools
