#pragma once

#include <sotto/call.hpp>

#include "signaling/handshake/call_message.hpp"

namespace sotto::engine {

/// What a hang-up from the other side means to the application here.
EndReason end_reason_of(signaling::HangupReason reason, bool caller, bool accepted);

/// What the other side is told when this one ends the call for `reason`.
signaling::HangupReason hangup_reason_of(EndReason reason, bool caller, bool accepted);

}  // namespace sotto::engine
