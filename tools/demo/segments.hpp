#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "base/bytes.hpp"

namespace sotto::tools {

/// The stream that a datagram of SRTP or SRTCP says it belongs to (both send the SSRC in clear: RFC 3711 section 3);
/// nothing for every other datagram.
std::optional<uint32_t> stream_of(ByteView datagram);

/// Linux carries several datagrams that are sent at once (UDP_SEGMENT) over loopback as one, and that is how they are
/// captured; a network card would see each by itself. Takes them apart: all are of one size, but for the last, which
/// may be shorter. A cut is believed where each piece behind it is STUN, DTLS or of one of the sender's `streams`.
std::vector<ByteView> split_segments(ByteView captured, const std::set<uint32_t>& streams);

}  // namespace sotto::tools
