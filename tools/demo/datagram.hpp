#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"

namespace sotto::tools {

/// A UDP datagram as it was seen on the wire. Views into the captured frame.
struct Datagram {
  uint16_t source_port = 0;
  uint16_t destination_port = 0;
  ByteView payload;
};

/// Takes a UDP datagram out of an Ethernet frame (which loopback wears too) with IPv4 or IPv6. Nothing if it is
/// something else, a later fragment, or cut off.
std::optional<Datagram> parse_datagram(ByteView frame);

/// What a datagram of a call may be (RFC 7983, RFC 5761), and kOther for everything else.
enum class DatagramClass { kStun, kDtls, kSrtp, kSrtcp, kOther };

/// Judges by more than the first byte: a datagram that only begins like one of its class is kOther.
DatagramClass classify(ByteView payload);

/// "STUN", "DTLS", ..
std::string_view to_string(DatagramClass datagram_class);

}  // namespace sotto::tools
