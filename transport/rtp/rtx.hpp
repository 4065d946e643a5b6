#pragma once

#include <optional>

#include "base/packet_buffer.hpp"
#include "base/sequence_number.hpp"

namespace sotto::transport {

/// Bytes that a retransmission carries in front of the payload it repeats (RFC 4588 4).
inline constexpr size_t kRtxOverhead = 2;

/// Makes the payload of a retransmission from the payload that was lost.
void wrap_rtx(PacketBuffer& payload, SequenceNumber original);

/// Undoes wrap_rtx and returns the number of the packet that was lost; nothing if `payload` is too short to have one.
/// What remains may be empty: such a packet was sent to probe and repeats nothing.
std::optional<SequenceNumber> unwrap_rtx(PacketBuffer& payload);

}  // namespace sotto::transport
