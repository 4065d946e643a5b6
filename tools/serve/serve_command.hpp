#pragma once

#include "tools/command.hpp"

namespace sotto::tools {

/// `sotto serve`: runs a signalling server until SIGTERM or SIGINT; SIGHUP makes it read its certificate again.
Command serve_command(CLI::App& program);

}  // namespace sotto::tools
