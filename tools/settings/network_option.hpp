#pragma once

#include <string>

namespace CLI {
class App;
}

namespace sotto::tools {

/// Adds `--network`, which EngineOptions::emulated_network takes; what it says is checked while the arguments are read.
void add_network_option(CLI::App& command, std::string& network);

}  // namespace sotto::tools
