#pragma once

#include "tools/command.hpp"

namespace sotto::tools {

/// `sotto doctor`: looks at what a call needs and says what is wrong. Exit code 1 if anything failed.
Command doctor_command(CLI::App& program);

}  // namespace sotto::tools
