#pragma once

#include "tools/command.hpp"

namespace sotto::tools {

/// `sotto identity`: makes, shows and keeps the identity of this device's user.
Command identity_command(CLI::App& program);

}  // namespace sotto::tools
