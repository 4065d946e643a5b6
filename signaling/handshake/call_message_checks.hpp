#pragma once

#include "signaling/handshake/call_message.hpp"

namespace sotto::signaling {

/// Whether every text, number and count is within the limits that call_message.hpp names. Both sides ask: the sender
/// so that it never says what the receiver drops, the receiver because the sender may be anybody.
bool within_limits(const CallMessage& message);

}  // namespace sotto::signaling
