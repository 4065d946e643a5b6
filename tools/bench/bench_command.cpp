#include "tools/bench/bench_command.hpp"

#include <CLI/CLI.hpp>
#include <vector>

namespace sotto::tools {

Command bench_command(CLI::App& program) {
  CLI::App* const bench = program.add_subcommand("bench", "Measures what sotto costs on this machine");
  bench->require_subcommand(1);
  bench->footer("Close what else runs: figures are CPU time, but a busy machine has cold caches.");
  // In the order of --help.
  const std::vector<Command> commands = {primitives_bench(*bench), codecs_bench(*bench), audio_bench(*bench),
                                         call_bench(*bench),       echo_bench(*bench),   setup_bench(*bench)};
  return {bench, [commands] {
            for (const Command& command : commands) {
              if (command.parser->parsed()) return command.run();
            }
            return kWrongUsage;
          }};
}

}  // namespace sotto::tools
