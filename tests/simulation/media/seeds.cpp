#include "seeds.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace sotto::simulation {

std::vector<uint64_t> seeds() {
  const char* range = std::getenv("SOTTO_SEEDS");
  if (range == nullptr) return {1, 2, 3};
  char* rest = nullptr;
  const uint64_t first = std::strtoull(range, &rest, 10);
  const uint64_t last = *rest == '-' ? std::strtoull(rest + 1, nullptr, 10) : first;
  std::vector<uint64_t> seeds;
  for (uint64_t seed = first; seed <= last; ++seed) seeds.push_back(seed);
  return seeds;
}

Expectations::~Expectations() {
  for (Measured& measured : all_) report(measured);
}

void Expectations::note(Bound bound, double value) {
  auto found = std::find_if(all_.begin(), all_.end(),
                            [&](const Measured& measured) { return measured.bound.what == bound.what; });
  if (found == all_.end()) found = all_.insert(found, {.bound = std::move(bound), .values = {}});
  found->values.emplace_back(value, seed_);
}

void Expectations::report(Measured& measured) const {
  const Bound& bound = measured.bound;
  // The worst first.
  std::sort(measured.values.begin(), measured.values.end(),
            [&](const auto& a, const auto& b) { return bound.least ? a < b : a > b; });
  const auto missed = std::count_if(measured.values.begin(), measured.values.end(),
                                    [&](const auto& value) { return !bound.holds(value.first); });
  const auto [worst, seed] = measured.values.front();
  if (std::getenv("SOTTO_SEEDS") != nullptr) {
    const auto part = [&](size_t divisor) { return measured.values[measured.values.size() / divisor].first; };
    std::printf("%-34s %-24s %s %6.4g: worst %6.4g (seed %lu) p95 %6.4g median %6.4g missed %td of %zu\n",
                network_.c_str(), bound.what.c_str(), bound.least ? ">=" : "<=", bound.value, worst, seed, part(20),
                part(2), missed, measured.values.size());
  }
  EXPECT_EQ(missed, 0) << bound.what << " was " << worst << ", not at " << (bound.least ? "least " : "most ")
                       << bound.value << ". To see it: SOTTO_SEED=" << seed << " SOTTO_NETWORK=\"" << network_
                       << "\" test_simulation_media --gtest_also_run_disabled_tests --gtest_filter=Table.*OfNetworks";
}

void on_each_seed(MediaScenario scenario, const std::function<void(const CallRecord&, Expectations&)>& check) {
  Expectations expected(scenario.network);
  for (const uint64_t seed : seeds()) {
    scenario.seed = seed;
    expected.begin(seed);
    check(simulate(scenario), expected);
  }
}

void on_each_seed(const std::string& network, Duration length,
                  const std::function<void(const CallRecord&, Expectations&)>& check) {
  on_each_seed({.network = network, .length = length}, check);
}

}  // namespace sotto::simulation
