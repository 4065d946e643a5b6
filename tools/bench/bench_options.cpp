#include "tools/bench/bench_options.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "tools/bench/machine_report.hpp"
#include "tools/demo/format.hpp"

namespace sotto::tools {
namespace {

constexpr int kMostRounds = 10'000;

}  // namespace

void add_bench_options(CLI::App& command, BenchOptions& options) {
  command.add_option("--rounds", options.rounds, "How often it measures everything, in turn")
      ->check(CLI::Range(1, kMostRounds))
      ->capture_default_str();
  command.add_flag("--json", options.json, "One JSON object on standard output");
}

Progress::Progress(const char* bench) : bench_(bench), terminal_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (terminal_) std::fprintf(stderr, "\r\x1b[K");
}

void Progress::show(const std::string& what) {
  if (terminal_) std::fprintf(stderr, "\r\x1b[K%s: %s", bench_, what.c_str());
}

void Progress::show_round(int round, int rounds) { show(format("round %d of %d", round, rounds)); }

int print(const BenchReport& report, const BenchOptions& options) {
  const nlohmann::json machine = machine_report();
  if (options.json) {
    std::printf("%s\n", to_json(report, machine).dump(2).c_str());
  } else {
    std::printf("%s\n%s", machine_line(machine).c_str(), to_table(report.figures).c_str());
  }
  return std::fflush(stdout) == 0 ? kDone : kFailed;
}

}  // namespace sotto::tools
