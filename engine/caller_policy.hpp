#pragma once

#include <cstdint>

#include <sotto/engine.hpp>

#include "signaling/identity/contact_store.hpp"

namespace sotto::engine {

/// What a person here does, as far as it matters to one caller.
enum class Occupation : uint8_t {
  kFree,
  kBusy,      ///< Is in another call.
  kDialling,  ///< Is calling that very device.
};

/// What an INIT of a verified caller does here (HANDSHAKE 7).
enum class Greeting : uint8_t {
  kNone,    ///< Nothing at all.
  kNote,    ///< It is written down that somebody called; the caller learns nothing.
  kRing,    ///< It rings at once, and the caller learns nothing before a person accepts.
  kAnswer,  ///< This device answers by itself, and rings when the caller has proven itself.
};

/// `known` is null for an account that was never seen.
Greeting greeting_for(const signaling::KnownAccount* known, StrangerCalls strangers, Occupation occupation);

/// Whether a call with this account may use nothing but relays, because our address is not for it. `direct`: the user
/// has asked for this very call to show it.
bool hides_address_from(const signaling::KnownAccount* known, bool direct);

}  // namespace sotto::engine
