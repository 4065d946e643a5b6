#include "engine/call_rules.hpp"

namespace sotto::engine {
namespace {

/// What both roles take once the call is accepted. Remote messages can take media away, never add any.
bool taken_in_call(MessageKind message) {
  switch (message) {
    case MessageKind::kCandidates:
    case MessageKind::kEndOfCandidates:
    case MessageKind::kMediaReady:
    case MessageKind::kHangup:
    case MessageKind::kAck:
      return true;
    case MessageKind::kOffer:
    case MessageKind::kRinging:
    case MessageKind::kAccept:
    case MessageKind::kAccepted:
    case MessageKind::kAnsweredElsewhere:
    case MessageKind::kMediaRemove:
    case MessageKind::kIceRestart:
      return false;
  }
  return false;
}

bool is_candidates(MessageKind message) {
  return message == MessageKind::kCandidates || message == MessageKind::kEndOfCandidates;
}

}  // namespace

bool caller_takes(CallerState state, MessageKind message) {
  if (message == MessageKind::kAck) return state != CallerState::kEnded;
  switch (state) {
    case CallerState::kAwaitResponse:
    case CallerState::kEnded:
      return false;
    case CallerState::kPreparing:
      return message == MessageKind::kHangup;
    case CallerState::kOffered:
      return message == MessageKind::kRinging || is_candidates(message) || message == MessageKind::kHangup;
    case CallerState::kRemoteRinging:
      return is_candidates(message) || message == MessageKind::kAccept || message == MessageKind::kHangup;
    case CallerState::kActive:
      return taken_in_call(message);
  }
  return false;
}

bool callee_takes(CalleeState state, MessageKind message) {
  if (message == MessageKind::kAck) return state != CalleeState::kEnded && state != CalleeState::kStrangerRinging;
  switch (state) {
    case CalleeState::kStrangerRinging:
      return false;
    case CalleeState::kStrangerAccepted:
    case CalleeState::kAwaitOffer:
      return message == MessageKind::kOffer || message == MessageKind::kHangup;
    case CalleeState::kPreparing:
      return is_candidates(message) || message == MessageKind::kHangup;
    case CalleeState::kRinging:
      return is_candidates(message) || message == MessageKind::kHangup || message == MessageKind::kAnsweredElsewhere;
    case CalleeState::kLocalAccepted:
      return is_candidates(message) || message == MessageKind::kAccepted ||
             message == MessageKind::kAnsweredElsewhere || message == MessageKind::kMediaReady ||
             message == MessageKind::kHangup;
    case CalleeState::kActive:
      return taken_in_call(message);
    case CalleeState::kEnded:
      return false;
  }
  return false;
}

}  // namespace sotto::engine
