#pragma once

#include "tools/command.hpp"

namespace sotto::tools {

/// `sotto bench ...`: starts sotto-bench, which lies beside this program, with the same arguments.
Command bench_command(CLI::App& program);

}  // namespace sotto::tools
