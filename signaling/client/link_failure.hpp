#pragma once

#include <optional>
#include <string>

#include <sotto/server_status.hpp>
#include <sotto/time.hpp>

namespace sotto::signaling {

/// Why a link is not there, or no longer.
struct LinkFailure {
  /// kNone: nothing is wrong, the next link is to be made at once (a registration needs one of its own).
  ServerProblem problem = ServerProblem::kNone;
  std::string explanation;              ///< For a person: what is wrong and what to do.
  std::optional<Duration> retry_after;  ///< What the server asks for.
};

/// Whether trying again would not help until somebody has changed something.
bool is_refusal(ServerProblem problem);

}  // namespace sotto::signaling
