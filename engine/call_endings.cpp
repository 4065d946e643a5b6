#include "engine/call_endings.hpp"

namespace sotto::engine {

using signaling::HangupReason;

EndReason end_reason_of(HangupReason reason, bool caller, bool accepted) {
  switch (reason) {
    case HangupReason::kNormal:
    case HangupReason::kGone:
      if (accepted) return EndReason::kPeerHungUp;
      return caller ? EndReason::kNoAnswer : EndReason::kCancelled;
    case HangupReason::kDeclined:
      return EndReason::kDeclined;
    case HangupReason::kBusy:
      return EndReason::kBusy;
    case HangupReason::kCancelled:
      return EndReason::kCancelled;
    case HangupReason::kFailed:
      return EndReason::kPathFailed;
    case HangupReason::kIncompatible:
      return EndReason::kIncompatible;
  }
  return EndReason::kPeerHungUp;
}

HangupReason hangup_reason_of(EndReason reason, bool caller, bool accepted) {
  switch (reason) {
    case EndReason::kDeclined:
      return HangupReason::kDeclined;
    case EndReason::kBusy:
      return HangupReason::kBusy;
    case EndReason::kIncompatible:
      return HangupReason::kIncompatible;
    case EndReason::kPathFailed:
    case EndReason::kNoRelay:
    case EndReason::kSecurityFailure:
      return HangupReason::kFailed;
    case EndReason::kPeerGone:
      return HangupReason::kGone;
    case EndReason::kNone:
    case EndReason::kHungUp:
    case EndReason::kPeerHungUp:
    case EndReason::kCancelled:
    case EndReason::kNoAnswer:
    case EndReason::kEngineClosed:
    case EndReason::kUnknownName:
    case EndReason::kNoServer:
    case EndReason::kBlocked:
    case EndReason::kKeyChanged:
    case EndReason::kOtherPerson:
    case EndReason::kOutdated:
    case EndReason::kCrossed:
      if (accepted) return HangupReason::kNormal;
      if (caller) return HangupReason::kCancelled;
      // A callee who ends a ringing call by hand declines it.
      return reason == EndReason::kHungUp ? HangupReason::kDeclined : HangupReason::kNormal;
  }
  return HangupReason::kNormal;
}

}  // namespace sotto::engine
