#include "tools/bench/interleaved.hpp"

namespace sotto::tools {
namespace {

double nanoseconds_an_operation(const Contestant& contestant, const InterleavedRounds& settings) {
  CpuTime taken{};
  for (int run = 0; run < settings.runs; ++run) {
    if (contestant.prepare) contestant.prepare();
    const CpuTime start = settings.clock();
    contestant.run();
    taken += settings.clock() - start;
  }
  return static_cast<double>(taken.count()) /
         (static_cast<double>(contestant.operations) * static_cast<double>(settings.runs));
}

}  // namespace

std::vector<std::vector<double>> run_interleaved(std::span<const Contestant> contestants,
                                                 const InterleavedRounds& settings) {
  std::vector<std::vector<double>> measured(contestants.size());
  for (int round = 0; round <= settings.rounds; ++round) {
    for (size_t i = 0; i < contestants.size(); ++i) {
      const double cost = nanoseconds_an_operation(contestants[i], settings);
      if (round > 0) measured[i].push_back(cost);
    }
    if (round > 0 && settings.on_round) settings.on_round(round);
  }
  return measured;
}

}  // namespace sotto::tools
