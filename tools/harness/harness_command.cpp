#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "tools/harness/peer.hpp"

namespace sotto::tools {

Command harness_command(CLI::App& program) {
  auto config = std::make_shared<std::string>();
  CLI::App* const peer = program.add_subcommand(
      "harness-peer", "One end of a measured call, told what to do by JSON lines on standard input");
  peer->add_option("CONFIG", *config, "Its configuration, a JSON file")->required();
  return {peer, [config] { return run_harness_peer(*config); }};
}

}  // namespace sotto::tools
