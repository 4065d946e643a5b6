#pragma once

#include "tools/command.hpp"

namespace sotto::tools {

/// `sotto contacts`: whom this device knows.
Command contacts_command(CLI::App& program);

}  // namespace sotto::tools
