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
    case EndReason::kUnknownName:
      return "unknown name";
    case EndReason::kNoServer:
      return "no server";
    case EndReason::kBlocked:
      return "blocked";
    case EndReason::kKeyChanged:
      return "key changed";
    case EndReason::kOtherPerson:
      return "other person";
    case EndReason::kOutdated:
      return "outdated";
    case EndReason::kNoRelay:
      return "no relay";
    case EndReason::kCrossed:
      return "crossed";
  }
  return "";
}

std::string_view explanation(EndReason reason) {
  switch (reason) {
    case EndReason::kNone:
      return "";
    case EndReason::kHungUp:
      return "You ended the call.";
    case EndReason::kPeerHungUp:
      return "The other side ended the call.";
    case EndReason::kDeclined:
      return "The call was declined.";
    case EndReason::kBusy:
      return "The other side is in another call. Try again later.";
    case EndReason::kCancelled:
      return "The caller gave up before the call was accepted.";
    case EndReason::kNoAnswer:
      return "Nobody answered: the other side is away, offline, or takes calls of its contacts only.";
    case EndReason::kPeerGone:
      return "The other side is not there any more: its network or its program has failed. Call again.";
    case EndReason::kPathFailed:
      return "No way between the two networks was found. A relay (TURN server) helps where a firewall lets nothing "
             "through directly.";
    case EndReason::kSecurityFailure:
      return "Keys or certificates did not agree: somebody may be in between. Nothing they can read was sent. Compare "
             "the safety number before you call again.";
    case EndReason::kIncompatible:
      return "The two programs have no medium or version in common. Bring the older one up to date.";
    case EndReason::kEngineClosed:
      return "The program was closed.";
    case EndReason::kUnknownName:
      return "The server knows nobody of this name, or somebody who does not want to be found. Check the spelling, and "
             "that you both use the same server.";
    case EndReason::kNoServer:
      return "The server could not be asked, because there is no link to it. Check the network, then call again.";
    case EndReason::kBlocked:
      return "You have blocked this contact. Unblock it to call.";
    case EndReason::kKeyChanged:
      return "The contact's keys have changed. Compare the safety number with it by another way, or confirm that you "
             "have seen this, before you call again.";
    case EndReason::kOtherPerson:
      return "Another account has this contact's name now: a new start of the same person, or somebody else. Ask by "
             "another way; then remove the old contact and add the new one.";
    case EndReason::kOutdated:
      return "What is known of the other side is out of date, and the server has nothing newer. Its owner has to go "
             "online once, or to give you a new bundle.";
    case EndReason::kNoRelay:
      return "This call would have shown your network address, and there is no relay to hide it. Add the other side to "
             "your contacts, or call directly on purpose.";
    case EndReason::kCrossed:
      return "You called each other at the same moment: it goes on as the call that you made.";
  }
  return "";
}

std::string_view version() { return SOTTO_VERSION; }

}  // namespace sotto
