#include "transport/recovery/ulpfec.hpp"

#include <utility>

namespace sotto::transport {
namespace {

constexpr uint8_t kRtpVersion = 2 << 6;
constexpr uint8_t kVersionMask = 0xc0;
constexpr size_t kFixedHeaderSize = 12;

// RFC 5109 7.3 and 7.4.
constexpr uint8_t kExtensionFlag = 0x80;
constexpr uint8_t kLongMask = 0x40;

/// Makes room for `size` bytes and fills it with zeros.
void grow(PacketBuffer& bytes, size_t size) {
  const MutableByteView more = bytes.append(size - bytes.size());
  std::fill(more.begin(), more.end(), uint8_t{0});
}

}  // namespace

FecRow::FecRow(ByteView packet, PacketPool& pool) : bytes_(pool.take()) {
  SOTTO_ASSERT(packet.size() >= kFixedHeaderSize && packet.size() <= kMaxDatagramSize);
  const ByteView body = packet.subspan(kFixedHeaderSize);
  ByteWriter out(bytes_->append(kHeaderSize));
  out.u8(static_cast<uint8_t>(packet[0] & ~kVersionMask));
  out.u8(packet[1]);
  out.bytes(packet.subspan(4, 4));
  out.u16(static_cast<uint16_t>(body.size()));
  bytes_->append_bytes(body);
}

FecRow FecRow::received(PacketHandle bytes) {
  FecRow row;
  row.bytes_ = std::move(bytes);
  return row;
}

void FecRow::add(const FecRow& other) {
  const ByteView added = other.view();
  if (added.size() > bytes_->size()) grow(*bytes_, added.size());
  const MutableByteView sum = bytes_->view();
  for (size_t i = 0; i < added.size(); ++i) sum[i] ^= added[i];
}

PacketHandle FecRow::packet(SequenceNumber sequence, Ssrc ssrc, PacketPool& pool) const {
  ByteReader reader(view());
  const uint8_t first = reader.u8();
  const uint8_t second = reader.u8();
  const uint32_t timestamp = reader.u32();
  const ByteView body = reader.take(reader.u16());
  if (!reader.ok() || kFixedHeaderSize + body.size() > kMaxDatagramSize) return {};

  PacketHandle packet = pool.take();
  ByteWriter out(packet->append(kFixedHeaderSize + body.size()));
  out.u8(static_cast<uint8_t>(kRtpVersion | (first & ~kVersionMask)));
  out.u8(second);
  out.u16(sequence.value());
  out.u32(timestamp);
  out.u32(ssrc.value());
  out.bytes(body);
  return packet;
}

FecRow FecRow::copy(PacketPool& pool) const {
  FecRow row;
  row.bytes_ = pool.take();
  row.bytes_->append_bytes(view());
  return row;
}

//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// |E|L|P|X|  CC   |M| PT recovery |            SN base            |
// |                          TS recovery                          |
// |        length recovery        |       protection length       |
// |             mask              |     mask, goes on if L        |
// |     mask, goes on if L        |
std::optional<UlpfecPayload> parse_ulpfec(ByteView payload, PacketPool& pool) {
  ByteReader reader(payload);
  const uint8_t first = reader.u8();
  const uint8_t second = reader.u8();
  UlpfecPayload fec;
  fec.base = SequenceNumber(reader.u16());
  const uint32_t timestamp = reader.u32();
  const uint16_t length = reader.u16();
  const size_t protected_size = reader.u16();
  uint64_t mask = uint64_t{reader.u16()} << 32;
  if ((first & kLongMask) != 0) mask |= reader.u32();
  const ByteView body = reader.take(protected_size);
  fec.mask = FecMask(mask);
  if (!reader.ok() || (first & kExtensionFlag) != 0 || fec.mask.empty() || body.size() > kMaxDatagramSize) {
    return std::nullopt;
  }
  PacketHandle row = pool.take();
  ByteWriter out(row->append(FecRow::kHeaderSize));
  out.u8(static_cast<uint8_t>(first & ~kVersionMask));
  out.u8(second);
  out.u32(timestamp);
  out.u16(length);
  row->append_bytes(body);
  fec.row = FecRow::received(std::move(row));
  return fec;
}

PacketHandle write_ulpfec(SequenceNumber base, FecMask mask, const FecRow& row, PacketPool& pool) {
  ByteReader fields(row.view());
  const bool long_mask = !mask.fits_short();
  const uint8_t first = fields.u8();
  const uint8_t second = fields.u8();
  const uint32_t timestamp = fields.u32();
  const uint16_t length = fields.u16();
  const ByteView body = fields.rest();

  PacketHandle payload = pool.take();
  ByteWriter out(payload->append(kMaxUlpfecOverhead - (long_mask ? 0 : 4) + body.size()));
  out.u8(static_cast<uint8_t>(first | (long_mask ? kLongMask : 0)));
  out.u8(second);
  out.u16(base.value());
  out.u32(timestamp);
  out.u16(length);
  out.u16(static_cast<uint16_t>(body.size()));
  out.u16(static_cast<uint16_t>(mask.bits() >> 32));
  if (long_mask) out.u32(static_cast<uint32_t>(mask.bits()));
  out.bytes(body);
  SOTTO_ASSERT(out.ok() && out.remaining() == 0);
  return payload;
}

}  // namespace sotto::transport
