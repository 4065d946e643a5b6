#include "tools/bench_setup/setup_command.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tools/bench_setup/setup_times.hpp"

namespace sotto::tools {
namespace {

constexpr double kLosses[] = {0, 0.05, 0.1, 0.2};
constexpr Duration kRoundTrips[] = {20ms, 50ms, 200ms};

struct Given {
  uint64_t seeds = 1000;
  bool json = false;
};

std::string text(std::optional<double> value) {
  if (!value) return "never";
  char digits[32];
  std::snprintf(digits, sizeof digits, "%.1f", *value);
  return digits;
}

void print_head() {
  std::printf(
      "Round trips from the dial until the caller learns that it rings and until both ends have path and keys\n"
      "(warm), and from the accept until both hear and see the other. Virtual time, modelled ICE and codecs.\n\n"
      "  loss     RTT |   ringing p50   p99 |   warm p50   p99 |   media p50   p99 | failed\n");
}

void print(const SetupSummary& summary) {
  std::printf("  %3.0f %%  %3.0f ms |   %11s %5s |   %8s %5s |   %9s %5s | %zu of %zu\n", summary.cell.loss * 100,
              to_milliseconds(summary.cell.round_trip), text(summary.ringing.p50).c_str(),
              text(summary.ringing.p99).c_str(), text(summary.warm.p50).c_str(), text(summary.warm.p99).c_str(),
              text(summary.media.p50).c_str(), text(summary.media.p99).c_str(), summary.failed, summary.calls);
  std::fflush(stdout);
}

nlohmann::json to_json(const SetupPercentiles& percentiles) {
  const auto number = [](std::optional<double> value) { return value ? nlohmann::json(*value) : nlohmann::json(); };
  return {{"p50", number(percentiles.p50)}, {"p99", number(percentiles.p99)}};
}

nlohmann::json to_json(const SetupSummary& summary) {
  return {{"loss", summary.cell.loss},
          {"round_trip_ms", to_milliseconds(summary.cell.round_trip)},
          {"calls", summary.calls},
          {"failed", summary.failed},
          {"ringing", to_json(summary.ringing)},
          {"warm", to_json(summary.warm)},
          {"media", to_json(summary.media)}};
}

int run(const Given& given) {
  nlohmann::json cells = nlohmann::json::array();
  if (!given.json) print_head();
  for (const Duration round_trip : kRoundTrips) {
    for (const double loss : kLosses) {
      const SetupCell cell{.loss = loss, .round_trip = round_trip};
      std::vector<SetupTimes> calls;
      for (uint64_t seed = 1; seed <= given.seeds; ++seed) calls.push_back(measure_setup(cell, seed));
      const SetupSummary summary = summarize(cell, calls);
      cells.push_back(to_json(summary));
      if (!given.json) print(summary);
    }
  }
  if (given.json) std::printf("%s\n", nlohmann::json{{"setup_in_round_trips", cells}}.dump(2).c_str());
  return kDone;
}

}  // namespace

Command setup_command(CLI::App& bench) {
  auto given = std::make_shared<Given>();
  CLI::App* const setup = bench.add_subcommand("setup", "How long calls take to begin on lossy networks");
  setup->add_option("--seeds", given->seeds, "Calls in each of the networks")
      ->check(CLI::Range(uint64_t{1}, uint64_t{1'000'000}))
      ->capture_default_str();
  setup->add_flag("--json", given->json, "As JSON");
  return {setup, [given] { return run(*given); }};
}

}  // namespace sotto::tools
