#include "tools/bench_command.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

namespace sotto::tools {
namespace {

int run(std::vector<std::string> arguments) {
  std::error_code failed;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", failed);
  const std::string program = (self.parent_path() / "sotto-bench").string();
  arguments.insert(arguments.begin(), program);
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  ::execv(program.c_str(), pointers.data());
  std::fprintf(stderr, "sotto bench: cannot start %s: %s\n", program.c_str(), std::strerror(errno));
  return kFailed;
}

}  // namespace

Command bench_command(CLI::App& program) {
  CLI::App* const bench = program.add_subcommand("bench", "Measures; `sotto bench --help` says what");
  bench->set_help_flag();
  bench->prefix_command();
  return {bench, [bench] { return run(bench->remaining()); }};
}

}  // namespace sotto::tools
