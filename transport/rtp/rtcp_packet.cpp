#include "transport/rtp/rtcp_packet.hpp"

#include "base/assert.hpp"

namespace sotto::transport {
namespace {

constexpr uint8_t kVersion = 2;
constexpr uint8_t kPaddingBit = 0x20;

}  // namespace

//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// |V=2|P|  count  |     type      |  length in words, minus one   |
std::optional<RtcpPacketView> RtcpReader::next() {
  if (reader_.at_end()) return std::nullopt;
  const uint8_t first = reader_.u8();
  RtcpPacketView packet;
  packet.type = static_cast<RtcpType>(reader_.u8());
  packet.count = first & 0x1f;
  const size_t words = reader_.u16();
  packet.body = reader_.take(4 * words);
  if (first >> 6 != kVersion) reader_.fail();
  if (!reader_.ok()) return std::nullopt;

  if ((first & kPaddingBit) != 0) {
    // The last byte counts the padding, itself included. RFC 3550 6.4.1 wants whole words, but what fills up
    // transport-wide feedback to whole words is counted in single bytes by browsers.
    const size_t padding = packet.body.empty() ? 0 : packet.body.back();
    if (padding == 0 || padding > packet.body.size()) {
      reader_.fail();
      return std::nullopt;
    }
    packet.body = packet.body.first(packet.body.size() - padding);
  }
  return packet;
}

void write_rtcp_header(ByteWriter& out, RtcpType type, uint8_t count, size_t body_size) {
  SOTTO_ASSERT(count < 32 && body_size % 4 == 0 && body_size / 4 <= 0xffff);
  out.u8(static_cast<uint8_t>(kVersion << 6 | count));
  out.u8(static_cast<uint8_t>(type));
  out.u16(static_cast<uint16_t>(body_size / 4));
}

}  // namespace sotto::transport
