#pragma once

#include "tools/command.hpp"

namespace sotto::tools {

/// `sotto bench setup`: how many round trips calls take to ring, to be warm and to be heard, on lossy networks.
Command setup_command(CLI::App& bench);

}  // namespace sotto::tools
