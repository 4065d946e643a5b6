#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace sotto::tools {

// Exit codes, those of the whole program.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kWrongUsage = 2;

/// One command of the program. A folder of tools has a function `Command xyz_command(CLI::App& program)` for each of
/// its own: it declares the options in `program`, and `run` is called if the command was given, when they are parsed.
struct Command {
  CLI::App* parser;
  std::function<int()> run;  ///< Returns the exit code.
};

}  // namespace sotto::tools
