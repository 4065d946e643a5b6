#pragma once

#include <sotto/result.hpp>
#include "tools/identity/identity_commands.hpp"
#include "tools/settings/account_options.hpp"

namespace sotto::tools {

/// The settings as they are to be from now on, with the name, server and proxy of the request. kInvalidArgument.
Result<Settings> settings_with_name(const IdentityRequest& request);

/// Signs in to the server of `settings` and registers the name there. Says so on standard output.
Result<void> register_account(const Opened& opened, const Settings& settings, const IdentityRequest& request);

}  // namespace sotto::tools
