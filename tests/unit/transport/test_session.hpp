#pragma once

#include "transport/peer_transport_types.hpp"
#include "transport/srtp/srtp_session.hpp"

namespace sotto::transport {

/// A session description for tests, seen by one side. Alice's sources are 0x11110001 (audio), ..2 (video) and ..3 (its
/// retransmissions), Bob's 0x22220001 and so on; payload types and extension ids differ by direction.
PeerTransportOptions test_options(bool alice);

/// SRTP under fixed keys; what one side protects, the other opens.
SrtpSession test_srtp(bool alice, SrtpLimits limits = {});

}  // namespace sotto::transport
