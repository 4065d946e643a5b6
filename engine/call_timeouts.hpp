#pragma once

#include <sotto/time.hpp>

// How long the steps of a call may take (HANDSHAKE 2.5): a person would have given up by then, too.

namespace sotto::engine {

/// From INIT to RESP, and so for how long it rings for a stranger.
inline constexpr Duration kResponseTimeout = 45s;
/// From RESP to the offer.
inline constexpr Duration kOfferTimeout = 10s;
/// From the offer to the accept.
inline constexpr Duration kRingTimeout = 60s;
/// From the accept to media keys.
inline constexpr Duration kPathTimeout = 30s;
/// For the server to lend relays and to show a device list: without them a call goes on with what is known, for a
/// server that says nothing could as well repeat what it said before. Well below kOfferTimeout.
inline constexpr Duration kServerPatience = 3s;

}  // namespace sotto::engine
