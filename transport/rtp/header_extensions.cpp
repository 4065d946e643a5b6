#include "transport/rtp/header_extensions.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace sotto::transport {
namespace {

constexpr uint16_t kOneByteProfile = 0xbede;  // RFC 8285 4.2
constexpr uint16_t kTwoByteProfile = 0x1000;  // RFC 8285 4.3; the low four bits belong to the application
constexpr uint16_t kTwoByteProfileMask = 0xfff0;
constexpr uint8_t kPaddingId = 0;
constexpr uint8_t kOneByteStopId = 15;  // RFC 8285 4.2: "must not be used", ends the reading
constexpr size_t kExtensionHeaderSize = 4;

void take_element(HeaderExtensions& into, uint8_t id, ByteView value, HeaderExtensionIds ids) {
  if (id == ids.mid && !value.empty()) {
    into.mid = {reinterpret_cast<const char*>(value.data()), value.size()};
  } else if (id == ids.transport_sequence && value.size() == 2) {
    into.transport_sequence = ByteReader(value).u16();
  }
}

size_t elements_size(const HeaderExtensions& extensions, HeaderExtensionIds ids) {
  size_t size = 0;
  if (ids.mid != 0 && !extensions.mid.empty()) size += 1 + extensions.mid.size();
  if (ids.transport_sequence != 0 && extensions.transport_sequence) size += 1 + 2;
  return size;
}

size_t in_words(size_t bytes) { return (bytes + 3) / 4; }

void write_one_byte_header(ByteWriter& out, uint8_t id, size_t length) {
  SOTTO_ASSERT(id < kOneByteStopId && length >= 1 && length <= 16);
  out.u8(static_cast<uint8_t>(id << 4 | (length - 1)));
}

/// Calls `take` with the id and the value of each element of a block, up to the first that is not one.
template <typename Take>
void for_each_element(uint16_t profile, ByteView block, Take take) {
  const bool one_byte = profile == kOneByteProfile;
  if (!one_byte && (profile & kTwoByteProfileMask) != kTwoByteProfile) return;

  ByteReader reader(block);
  while (!reader.at_end()) {
    const uint8_t first = reader.u8();
    const uint8_t id = one_byte ? first >> 4 : first;
    if (one_byte && id == kOneByteStopId) break;
    if (id == kPaddingId) {
      // In the one-byte form a padding byte with a length is not padding: it ends the reading (RFC 8285 4.2).
      if (first != 0) break;
      continue;
    }
    const size_t length = one_byte ? (first & 0x0f) + 1u : reader.u8();
    const ByteView value = reader.take(length);
    if (!reader.ok()) break;
    take(id, value);
  }
}

}  // namespace

HeaderExtensions parse_header_extensions(uint16_t profile, ByteView block, HeaderExtensionIds ids) {
  HeaderExtensions found;
  for_each_element(profile, block, [&](uint8_t id, ByteView value) { take_element(found, id, value, ids); });
  return found;
}

void clear_transport_sequence(uint16_t profile, MutableByteView block, HeaderExtensionIds ids) {
  for_each_element(profile, block, [&](uint8_t id, ByteView value) {
    if (id != ids.transport_sequence) return;
    const auto cleared = block.subspan(static_cast<size_t>(value.data() - block.data()), value.size());
    std::fill(cleared.begin(), cleared.end(), uint8_t{0});
  });
}

size_t header_extensions_size(const HeaderExtensions& extensions, HeaderExtensionIds ids) {
  const size_t size = elements_size(extensions, ids);
  return size == 0 ? 0 : kExtensionHeaderSize + 4 * in_words(size);
}

void write_header_extensions(ByteWriter& out, const HeaderExtensions& extensions, HeaderExtensionIds ids) {
  const size_t size = elements_size(extensions, ids);
  if (size == 0) return;
  out.u16(kOneByteProfile);
  out.u16(static_cast<uint16_t>(in_words(size)));
  if (ids.transport_sequence != 0 && extensions.transport_sequence) {
    write_one_byte_header(out, ids.transport_sequence, 2);
    out.u16(*extensions.transport_sequence);
  }
  if (ids.mid != 0 && !extensions.mid.empty()) {
    write_one_byte_header(out, ids.mid, extensions.mid.size());
    out.bytes(as_bytes(extensions.mid));
  }
  out.zeros(4 * in_words(size) - size);
}

}  // namespace sotto::transport
