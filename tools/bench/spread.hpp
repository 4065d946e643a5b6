#pragma once

#include <span>
#include <vector>

namespace sotto::tools {

/// How a figure came out over the rounds of a benchmark: the middle one, and what four rounds out of five lie between.
struct Spread {
  double p10 = 0;
  double median = 0;
  double p90 = 0;
};

/// Between two values, percentiles lie on the straight line. `values`, in any order, are at least one.
Spread spread_of(std::vector<double> values);

/// Each value by the floor of its own round: what slowed the machine down in a round, slowed both down. As many floors
/// as values, none of them zero.
std::vector<double> ratios(std::span<const double> values, std::span<const double> floors);

/// What two steps cost together, round by round. As many of the one as of the other.
std::vector<double> sums(std::span<const double> a, std::span<const double> b);

std::vector<double> scaled(std::vector<double> values, double factor);

}  // namespace sotto::tools
