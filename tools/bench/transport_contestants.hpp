#pragma once

#include <cstddef>

#include "tools/bench/interleaved.hpp"
#include "transport/peer_transport_types.hpp"

// What sotto's transport does with packets.

namespace sotto::tools {

/// SrtpSession on packets that have `size` bytes once they are protected.
Contestant srtp_protect(size_t size);
Contestant srtp_unprotect(size_t size);

/// How a packet path is tried.
struct PathTrial {
  transport::MediaKind kind = transport::MediaKind::kVideo;
  size_t payload_size = 0;  ///< bytes
  bool fixed_rate = true;   ///< no estimate of what the path carries, no probes
};

/// A payload's whole way, in virtual time: PeerTransport, a datagram, the other PeerTransport, a payload. With all that
/// RTP does beside it: reports, feedback, pacing, keeping packets for repair. An operation is one payload.
Contestant packet_path(const PathTrial& trial);

}  // namespace sotto::tools
