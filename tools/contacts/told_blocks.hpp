#pragma once

#include "tools/contacts/contacts_commands.hpp"

namespace sotto::tools {

/// Tells the server, if one is set, whom the user has blocked, so that it answers them as if this account did not
/// exist. Says what came of it: a server that cannot be reached within seconds is told at the next sign-in, which is no
/// error.
void tell_blocks(const Opened& opened, const ServerOptions& server);

}  // namespace sotto::tools
