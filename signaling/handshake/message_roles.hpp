#pragma once

#include "signaling/handshake/call_message.hpp"

namespace sotto::signaling {

/// Whether the caller, or else the callee, may say this. What is made for the other role is never even looked at
/// (HANDSHAKE 2.6): a callee that acted on a caller's message has answered calls by itself elsewhere
/// (CVE-2019-17191).
bool may_say(bool is_caller, const CallMessage& message);

}  // namespace sotto::signaling
