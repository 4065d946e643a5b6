#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"

namespace sotto::transport {

/// Content types of DTLS records (RFC 6347 4.1, RFC 5246 A.1).
inline constexpr uint8_t kChangeCipherSpecRecord = 20;
inline constexpr uint8_t kAlertRecord = 21;
inline constexpr uint8_t kHandshakeRecord = 22;
inline constexpr uint8_t kApplicationDataRecord = 23;

/// One record inside a datagram:
///
///     type 1 | version 2 | epoch 2 | sequence 6 | length 2 | fragment
struct DtlsRecord {
  uint8_t type = 0;
  uint8_t major_version = 0;  ///< 254 in every DTLS (one's complement of 1)
  uint16_t epoch = 0;
  ByteView bytes;     ///< header and fragment
  ByteView fragment;  ///< what it carries
};

/// Takes the first record off the front of `datagram`. Nothing if there is no whole one.
inline std::optional<DtlsRecord> take_record(ByteView& datagram) {
  ByteReader reader(datagram);
  DtlsRecord record;
  record.type = reader.u8();
  record.major_version = reader.u8();
  reader.skip(1);
  record.epoch = reader.u16();
  reader.skip(6);
  record.fragment = reader.take(reader.u16());
  if (!reader.ok()) return std::nullopt;
  record.bytes = datagram.first(datagram.size() - reader.remaining());
  datagram = reader.rest();
  return record;
}

/// Whether an honest peer of ours sends such a record. There is no renegotiation, hence no third epoch. Alerts and
/// application data mean something under the keys only: in the clear anybody could have written them, and OpenSSL
/// would end the handshake over them.
inline bool is_plausible(const DtlsRecord& record) {
  if (record.major_version != 254 || record.epoch > 1) return false;
  switch (record.type) {
    case kChangeCipherSpecRecord:
    case kHandshakeRecord:
      return true;
    case kAlertRecord:
    case kApplicationDataRecord:
      return record.epoch == 1;
    default:  // `type` is any byte
      return false;
  }
}

}  // namespace sotto::transport
