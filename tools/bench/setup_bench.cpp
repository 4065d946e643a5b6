#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "tools/bench/bench_command.hpp"

namespace sotto::tools {
namespace {

/// Becomes the program that measures it, which lies beside this one.
int run(std::vector<std::string> arguments) {
  std::error_code failed;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", failed);
  const std::string program = (self.parent_path() / "sotto-bench-setup").string();
  arguments.insert(arguments.begin(), {program, "setup"});
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  ::execv(program.c_str(), pointers.data());
  std::fprintf(stderr, "sotto bench setup: cannot start %s: %s\n", program.c_str(), std::strerror(errno));
  return kFailed;
}

}  // namespace

Command setup_bench(CLI::App& bench) {
  CLI::App* const setup = bench.add_subcommand("setup", "How long calls take to begin on lossy networks");
  setup->set_help_flag();  // it has a help of its own
  setup->prefix_command();
  return {setup, [setup] { return run(setup->remaining()); }};
}

}  // namespace sotto::tools
