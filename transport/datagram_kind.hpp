#pragma once

#include <cstdint>

#include "base/bytes.hpp"

namespace sotto::transport {

/// What a datagram that arrived on the path holds.
enum class DatagramKind {
  kStun,
  kDtls,
  kSrtp,
  kSrtcp,
  kUnknown,  ///< ZRTP, TURN channels, and what nobody has assigned: dropped.
};

/// Tells a datagram's kind by its first bytes (RFC 7983 7, for SRTCP RFC 5761 4). Promises nothing about the rest.
constexpr DatagramKind datagram_kind(ByteView datagram) {
  if (datagram.empty()) return DatagramKind::kUnknown;
  const uint8_t first = datagram[0];
  if (first <= 3) return DatagramKind::kStun;
  if (first >= 20 && first <= 63) return DatagramKind::kDtls;
  if (first >= 128 && first <= 191) {
    if (datagram.size() < 2) return DatagramKind::kUnknown;
    // RTCP packet types lie where an RTP payload type would be 64 to 95 behind a set marker bit.
    return datagram[1] >= 192 && datagram[1] <= 223 ? DatagramKind::kSrtcp : DatagramKind::kSrtp;
  }
  return DatagramKind::kUnknown;
}

}  // namespace sotto::transport
