#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <sotto/engine.hpp>

#include "tools/bench_command.hpp"
#include "tools/call/call_command.hpp"
#include "tools/command.hpp"
#include "tools/contacts/contacts_command.hpp"
#include "tools/demo/demo.hpp"
#include "tools/doctor/doctor_command.hpp"
#include "tools/harness/peer.hpp"
#include "tools/identity/identity_command.hpp"
#include "tools/serve/serve_command.hpp"

namespace sotto::tools {
namespace {

int run(int argc, char** argv) {
  CLI::App program("sotto: real-time encrypted audio and video calls");
  program.name("sotto");
  program.set_version_flag("--version", "sotto " + std::string(version()));
  program.require_subcommand(1);
  program.footer("Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.");

  // In the order of --help.
  const std::vector<Command> commands = {
      identity_command(program), contacts_command(program), demo_command(program),
      call_command(program),     answer_command(program),   serve_command(program),
      doctor_command(program),   bench_command(program),    harness_command(program),
  };

  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (argc > 1 && argv[1][0] != '-' && program.get_subcommands().empty()) {
      std::fprintf(stderr, "sotto: there is no command '%s'\nRun with --help for those there are.\n", argv[1]);
      return kWrongUsage;
    }
    return program.exit(error) == 0 ? kDone : kWrongUsage;
  }
  for (const Command& command : commands) {
    if (command.parser->parsed()) return command.run();
  }
  return kWrongUsage;
}

}  // namespace
}  // namespace sotto::tools

int main(int argc, char** argv) {
  try {
    return sotto::tools::run(argc, argv);
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "sotto: %s\n", exception.what());
    return sotto::tools::kFailed;
  }
}
