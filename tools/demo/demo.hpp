#pragma once

#include "tools/command.hpp"
#include "tools/demo/demo_options.hpp"

namespace sotto::tools {

/// Lets Alice call Bob, as two processes on this machine, and judges the call from outside. Says what it does on
/// standard output. Leaves report.html, report.json, summary.json, pictures.png and wire.pcap in the folder `out`.
/// Returns 0 if the call went well and each check passed, 1 if not.
int run_demo(const DemoOptions& options);

/// `sotto demo`
Command demo_command(CLI::App& program);

}  // namespace sotto::tools
