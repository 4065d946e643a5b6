#pragma once

#include <cstdint>

#include <sotto/engine.hpp>

#include "signaling/identity/contact_store.hpp"

namespace sotto::engine {

/// What an INIT of a verified caller does here (HANDSHAKE 7).
enum class Greeting : uint8_t {
  kNone,    ///< Nothing at all.
  kNote,    ///< It is written down that somebody called; the caller learns nothing.
  kRing,    ///< It rings at once, and the caller learns nothing before a person accepts.
  kAnswer,  ///< This device answers by itself, and rings when the caller has proven itself.
};

/// `known` is null for an account that was never seen. `busy`: a person here is in another call.
Greeting greeting_for(const signaling::KnownAccount* known, StrangerCalls strangers, bool busy);

/// Whether a call with this account may use nothing but relays, because our address is not for it. `direct`: the user
/// has asked for this very call to show it.
bool hides_address_from(const signaling::KnownAccount* known, bool direct);

}  // namespace sotto::engine
