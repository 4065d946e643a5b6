#pragma once

#include "tools/command.hpp"

namespace sotto::tools {

/// `sotto call NAME`
Command call_command(CLI::App& program);
/// `sotto answer`
Command answer_command(CLI::App& program);

}  // namespace sotto::tools
