#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "base/bytes.hpp"

namespace sotto::tools {

/// What SRTP and SRTCP say in clear of where they belong (RFC 3711 section 3).
struct StreamMark {
  uint32_t ssrc = 0;
  std::optional<uint8_t> payload_type = {};  ///< nothing: SRTCP
  auto operator<=>(const StreamMark&) const = default;
};

/// The stream that a datagram of SRTP or SRTCP belongs to; nothing for every other datagram.
std::optional<StreamMark> stream_of(ByteView datagram);

/// Linux carries several datagrams that are sent at once (UDP_SEGMENT) over loopback as one, and that is how they are
/// captured; a network card would see each by itself. Takes them apart: all are of one size, but for the last, which
/// may be shorter. A cut is believed where each piece behind it is STUN, DTLS or of one of the sender's `streams`.
std::vector<ByteView> split_segments(ByteView captured, const std::set<StreamMark>& streams);

}  // namespace sotto::tools
