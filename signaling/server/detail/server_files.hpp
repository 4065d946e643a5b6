#pragma once

#include <memory>

#include <sotto/result.hpp>
#include "signaling/server/invites.hpp"
#include "signaling/server/relay_credentials.hpp"
#include "signaling/server/server.hpp"

// What a server reads when it starts, each with an error that says what to do.

namespace sotto::signaling {

/// Makes the state folder if it is not there, for its owner alone.
Result<void> prepare_state_folder(const std::filesystem::path& folder);
/// Empty unless registration is by invite.
Result<Invites> read_invites(const ServerOptions& options);
/// Null if there are none.
Result<std::unique_ptr<RelayIssuer>> read_relays(const ServerOptions& options);

}  // namespace sotto::signaling
