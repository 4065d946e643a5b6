#pragma once

#include <cstdint>

namespace sotto::engine {

/// The messages of the call protocol, without what is in them.
enum class MessageKind : uint8_t {
  kOffer,
  kRinging,
  kCandidates,
  kEndOfCandidates,
  kAccept,
  kAccepted,
  kAnsweredElsewhere,
  kMediaReady,
  kMediaRemove,
  kIceRestart,
  kHangup,
  kAck,
};
inline constexpr int kMessageKinds = 12;

/// Where the caller's session with one device stands. States never go back.
enum class CallerState : uint8_t {
  kAwaitResponse,  ///< INIT is out.
  kPreparing,      ///< Keys agreed; the offer waits for the callee's newest device list, or for relays.
  kOffered,        ///< The offer is out: now the callee can know who calls.
  kRemoteRinging,  ///< It rings there; the path is being found.
  kActive,         ///< The callee accepted.
  kEnded,
};

/// Where the callee's session stands.
enum class CalleeState : uint8_t {
  kStrangerRinging,   ///< A stranger's INIT has come. It rings here, and nothing was answered.
  kStrangerAccepted,  ///< The person accepted it, INIT is answered; void unless the offer comes soon.
  kAwaitOffer,        ///< INIT is answered; who calls is a claim until the offer decrypts.
  kPreparing,         ///< The offer is here and waits for relays.
  kRinging,           ///< It rings here; the path is being found.
  kLocalAccepted,     ///< The person accepted; the caller does not know yet.
  kActive,            ///< The caller knows.
  kEnded,
};

/// Whether a message of the callee may change anything at the caller in this state. All others are ignored and counted.
bool caller_takes(CallerState state, MessageKind message);

/// Whether a message of the caller may change anything at the callee in this state. All others are ignored and counted.
bool callee_takes(CalleeState state, MessageKind message);

}  // namespace sotto::engine
