// sotto-bench-setup: a program of its own, because simulations put clock and random numbers of their own in the place
// of the machine's. `sotto bench setup` starts it.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "tools/bench_setup/setup_command.hpp"

namespace sotto::tools {
namespace {

int run(int argc, char** argv) {
  CLI::App program("Measures how sotto's calls begin");
  program.name("sotto bench");
  program.require_subcommand(1);
  const Command setup = setup_command(program);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? kDone : kWrongUsage;
  }
  return setup.run();
}

}  // namespace
}  // namespace sotto::tools

int main(int argc, char** argv) {
  try {
    return sotto::tools::run(argc, argv);
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "sotto bench: %s\n", exception.what());
    return sotto::tools::kFailed;
  }
}
