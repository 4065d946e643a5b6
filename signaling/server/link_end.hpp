#pragma once

#include <string_view>

namespace sotto::signaling {

/// Why a link has ended, for the log and the counts.
enum class LinkEnd {
  kByDevice,    ///< It went, or its network did.
  kNotSecured,  ///< No TLS 1.3, or not our protocol inside it.
  kNoSignIn,    ///< Too slow to sign in.
  kSilent,      ///< No ping any more.
  kStalled,     ///< It does not read what it is sent.
  kMalformed,   ///< It said what makes no sense.
  kRefused,     ///< Its sign-in was.
  kReplaced,    ///< By newer links of the same device.
  kCrowdedOut,  ///< No room, and it had not signed in.
  kRevoked,     ///< The device was removed from its account.
  kServerStops,
};
inline constexpr int kLinkEnds = static_cast<int>(LinkEnd::kServerStops) + 1;

std::string_view to_string(LinkEnd end);

}  // namespace sotto::signaling
