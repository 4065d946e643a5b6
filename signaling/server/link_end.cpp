#include "signaling/server/link_end.hpp"

namespace sotto::signaling {

std::string_view to_string(LinkEnd end) {
  switch (end) {
    case LinkEnd::kByDevice:
      return "by_device";
    case LinkEnd::kNotSecured:
      return "not_secured";
    case LinkEnd::kNoSignIn:
      return "no_sign_in";
    case LinkEnd::kSilent:
      return "silent";
    case LinkEnd::kStalled:
      return "stalled";
    case LinkEnd::kMalformed:
      return "malformed";
    case LinkEnd::kRefused:
      return "refused";
    case LinkEnd::kReplaced:
      return "replaced";
    case LinkEnd::kCrowdedOut:
      return "crowded_out";
    case LinkEnd::kRevoked:
      return "revoked";
    case LinkEnd::kServerStops:
      return "server_stops";
  }
  return "unknown";
}

}  // namespace sotto::signaling
