#include "engine/call_endings.hpp"

namespace sotto::engine {

using signaling::HangupReason;

EndReason end_reason_of(HangupReason reason, bool caller, bool accepted) {
  switch (reason) {
    case HangupReason::kNormal:
    case HangupReason::kGone:
      return !caller && !accepted ? EndReason::kCancelled : EndReason::kPeerHungUp;
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
      return caller && !accepted ? HangupReason::kCancelled : HangupReason::kNormal;
  }
  return HangupReason::kNormal;
}

}  // namespace sotto::engine
