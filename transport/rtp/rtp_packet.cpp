#include "transport/rtp/rtp_packet.hpp"

namespace sotto::transport {
namespace {

constexpr uint8_t kVersion = 2;
constexpr size_t kFixedHeaderSize = 12;
constexpr uint8_t kPaddingBit = 0x20;
constexpr uint8_t kExtensionBit = 0x10;
constexpr uint8_t kMarkerBit = 0x80;

}  // namespace

//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// |V=2|P|X|  CC   |M|     PT      |       sequence number         |
// |                           timestamp                           |
// |                             SSRC                              |
// |                      CSRC, CC times                           |
std::optional<RtpPacketView> parse_rtp(ByteView packet, HeaderExtensionIds ids) {
  ByteReader reader(packet);
  const uint8_t first = reader.u8();
  const uint8_t second = reader.u8();

  RtpPacketView view;
  view.header.marker = (second & kMarkerBit) != 0;
  view.header.payload_type = second & 0x7f;
  view.header.sequence = SequenceNumber(reader.u16());
  view.header.timestamp = reader.u32();
  view.header.ssrc = Ssrc(reader.u32());
  reader.skip(4u * (first & 0x0f));
  if ((first & kExtensionBit) != 0) {
    const uint16_t profile = reader.u16();
    const size_t words = reader.u16();
    view.extensions = parse_header_extensions(profile, reader.take(4 * words), ids);
  }
  if (!reader.ok() || first >> 6 != kVersion) return std::nullopt;

  view.payload = reader.rest();
  view.payload_offset = packet.size() - view.payload.size();
  if ((first & kPaddingBit) != 0) {
    // The last byte counts the padding, itself included.
    if (view.payload.empty()) return std::nullopt;
    const size_t padding = view.payload.back();
    if (padding == 0 || padding > view.payload.size()) return std::nullopt;
    view.payload = view.payload.first(view.payload.size() - padding);
  }
  return view;
}

void clear_transport_sequence(MutableByteView packet, HeaderExtensionIds ids) {
  ByteReader reader(packet);
  const uint8_t first = reader.u8();
  if ((first & kExtensionBit) == 0) return;
  reader.skip(kFixedHeaderSize - 1 + 4u * (first & 0x0f));
  const uint16_t profile = reader.u16();
  const size_t size = 4 * size_t{reader.u16()};
  const size_t offset = packet.size() - reader.remaining();
  if (reader.take(size).empty()) return;
  clear_transport_sequence(profile, packet.subspan(offset, size), ids);
}

size_t rtp_header_size(const HeaderExtensions& extensions, HeaderExtensionIds ids) {
  return kFixedHeaderSize + header_extensions_size(extensions, ids);
}

void prepend_rtp_header(PacketBuffer& packet, const RtpHeader& header, const HeaderExtensions& extensions,
                        HeaderExtensionIds ids) {
  const size_t extensions_size = header_extensions_size(extensions, ids);
  ByteWriter out(packet.prepend(kFixedHeaderSize + extensions_size));
  out.u8(static_cast<uint8_t>(kVersion << 6 | (header.padding ? kPaddingBit : 0) |
                              (extensions_size > 0 ? kExtensionBit : 0)));
  out.u8(static_cast<uint8_t>((header.marker ? kMarkerBit : 0) | (header.payload_type & 0x7f)));
  out.u16(header.sequence.value());
  out.u32(header.timestamp);
  out.u32(header.ssrc.value());
  write_header_extensions(out, extensions, ids);
  SOTTO_ASSERT(out.ok());
}

}  // namespace sotto::transport
