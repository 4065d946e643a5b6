#include <sotto/call.hpp>
#include <sotto/engine.hpp>

namespace sotto {

std::string_view to_string(CallState state) {
  switch (state) {
    case CallState::kDialing:
      return "dialing";
    case CallState::kRinging:
      return "ringing";
    case CallState::kConnecting:
      return "connecting";
    case CallState::kActive:
      return "active";
    case CallState::kEnded:
      return "ended";
  }
  return "";
}

std::string_view to_string(EndReason reason) {
  switch (reason) {
    case EndReason::kNone:
      return "none";
    case EndReason::kHungUp:
      return "hung up";
    case EndReason::kPeerHungUp:
      return "peer hung up";
    case EndReason::kDeclined:
      return "declined";
    case EndReason::kBusy:
      return "busy";
    case EndReason::kCancelled:
      return "cancelled";
    case EndReason::kNoAnswer:
      return "no answer";
    case EndReason::kPeerGone:
      return "peer gone";
    case EndReason::kPathFailed:
      return "no path";
    case EndReason::kSecurityFailure:
      return "security failure";
    case EndReason::kIncompatible:
      return "incompatible";
    case EndReason::kEngineClosed:
      return "engine closed";
  }
  return "";
}

std::string_view version() { return SOTTO_VERSION; }

}  // namespace sotto
