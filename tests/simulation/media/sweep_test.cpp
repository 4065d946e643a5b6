// Calls on networks of all kinds, each held against the same few rules. A coarse choice of networks, unless
// SOTTO_SWEEP=FILE.csv asks for all of them (some minutes), and for a table of what came of each;
// tests/simulation/media/draw_sweep.py draws it.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "sweep.hpp"

namespace sotto::simulation {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

TEST(Sweep, KeepsItsRulesOnEveryNetwork) {
  const char* path = std::getenv("SOTTO_SWEEP");
  std::unique_ptr<std::FILE, CloseFile> table(path == nullptr ? nullptr : std::fopen(path, "w"));
  ASSERT_EQ(table == nullptr, path == nullptr) << "cannot write " << path;
  if (table) write_head(table.get());
  for (const SweepCell& cell : sweep_cells(/*coarse=*/path == nullptr)) {
    const SweepFigures figures = measure(cell, 1);
    const std::vector<std::string> broken = broken_rules(cell, figures);
    for (const std::string& rule : broken) ADD_FAILURE() << rule;
    if (table) write_row(table.get(), cell, figures, !broken.empty());
  }
}

TEST(Sweep, FindsWhatBreaksItsRules) {
  const SweepCell cell{"loss", DataRate::kbps(1000), 0, 50ms, 300ms, "rate=1M"};
  const SweepFigures good{.use = 0.9, .queue_p95 = 30ms, .pictures_per_second = 30};
  EXPECT_TRUE(broken_rules(cell, good).empty());
  SweepFigures bad = good;
  bad.queue_p95 = 300ms;
  bad.frozen = 0.1;
  EXPECT_EQ(broken_rules(cell, bad).size(), 2u);
}

TEST(Sweep, ChoosesEveryKindOfNetworkEachTime) {
  const size_t all = sweep_cells(/*coarse=*/false).size();
  const size_t few = sweep_cells(/*coarse=*/true).size();
  EXPECT_GT(all, 600u);
  EXPECT_LT(few, 20u);
}

}  // namespace
}  // namespace sotto::simulation
