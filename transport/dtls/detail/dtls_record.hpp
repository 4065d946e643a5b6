#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"

namespace sotto::transport {

/// Content types of DTLS records (RFC 6347 4.1, RFC 5246 A.1).
inline constexpr uint8_t kApplicationDataRecord = 23;

/// One record inside a datagram:
///
///     type 1 | version 2 | epoch 2 | sequence 6 | length 2 | fragment
struct DtlsRecord {
  uint8_t type = 0;
  uint16_t epoch = 0;
  ByteView bytes;  ///< header and fragment
};

/// Takes the first record off the front of `datagram`. Nothing if there is no whole one.
inline std::optional<DtlsRecord> take_record(ByteView& datagram) {
  ByteReader reader(datagram);
  DtlsRecord record;
  record.type = reader.u8();
  reader.skip(2);
  record.epoch = reader.u16();
  reader.skip(6);
  reader.skip(reader.u16());
  if (!reader.ok()) return std::nullopt;
  record.bytes = datagram.first(datagram.size() - reader.remaining());
  datagram = reader.rest();
  return record;
}

}  // namespace sotto::transport
