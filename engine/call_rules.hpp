#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace sotto::engine {

/// Everything that can happen to one side's session of a call.
enum class CallInput : uint8_t {
  // The messages of the other side, in the order of signaling::CallMessage.
  kOffer,
  kRinging,
  kCandidates,
  kEndOfCandidates,
  kAccept,
  kAccepted,
  kAnsweredElsewhere,
  kMediaReady,
  kMediaRemove,
  kMediaState,
  kIceRestart,
  kHangup,
  kAck,
  // Its handshake.
  kResponse,  ///< RESP, to go on.
  kRefusal,   ///< RESP, busy or incompatible.
  // What the person here does.
  kLocalAccept,
  kLocalHangUp,  ///< Or declines, cancels, closes the program.
  kLocalMedia,   ///< Opens or shuts the camera, mutes or not.
  kLocalHold,
  kLocalResume,
  kLocalDial,  ///< Callee: calls the device that calls here, which accepts; see crossed_calls.hpp.
  kGiveWay,    ///< Caller: the device that is called calls here, and its call goes on.
  // What turns out.
  kPrepared,  ///< Relays are known, and for a caller the callee's newest device list.
  kRedial,    ///< No answer, or a newer device list: another INIT.
  kReplaced,  ///< The other device has begun another call, or goes on with it.
  kTimeout,   ///< Of the state; see call_timeouts.hpp.
  kPeerGone,  ///< RTCP BYE, or nothing authentic for too long.
};
inline constexpr size_t kCallInputs = 27;
inline constexpr size_t kMessageKinds = 13;  ///< The first so many of them.

/// Where the caller's session with one device stands. States never go back, but for another INIT before the offer.
enum class CallerState : uint8_t {
  kAwaitResponse,  ///< INIT is out.
  kPreparing,      ///< Keys agreed; the offer waits for the callee's newest device list, or for relays.
  kOffered,        ///< The offer is out: now the callee can know who calls.
  kRemoteRinging,  ///< It rings there; the path is being found.
  kActive,         ///< The callee accepted.
  kEnded,
};
inline constexpr size_t kCallerStates = 6;

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
inline constexpr size_t kCalleeStates = 8;

/// What an input does in a state. There is no such thing as an empty one.
template <typename State>
class CallRule {
 public:
  /// A message is ignored and counted, an action refused; the rest cannot happen.
  static constexpr CallRule ignored() { return CallRule(false, std::nullopt); }
  /// It is taken; the state stays.
  static constexpr CallRule taken() { return CallRule(true, std::nullopt); }
  /// It is taken, and leads there.
  static constexpr CallRule leads_to(State state) { return CallRule(true, state); }

  constexpr bool takes() const { return takes_; }
  /// Where it leads, if it leads anywhere.
  constexpr std::optional<State> next() const { return next_; }

 private:
  constexpr CallRule(bool takes, std::optional<State> next) : takes_(takes), next_(next) {}
  bool takes_;
  std::optional<State> next_;
};

/// The whole of the rules: what each input does in each state, for each role apart (HANDSHAKE 2.6).
CallRule<CallerState> caller_rule(CallerState state, CallInput input);
CallRule<CalleeState> callee_rule(CalleeState state, CallInput input);

/// The rules as tables of Markdown: what docs/HANDSHAKE.md shows.
std::string draw_caller_rules();
std::string draw_callee_rules();

}  // namespace sotto::engine
