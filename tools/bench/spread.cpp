#include "tools/bench/spread.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/assert.hpp"

namespace sotto::tools {
namespace {

double percentile(const std::vector<double>& sorted, double part) {
  const double position = part * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(position);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], position - static_cast<double>(below));
}

}  // namespace

Spread spread_of(std::vector<double> values) {
  SOTTO_ASSERT(!values.empty());
  std::sort(values.begin(), values.end());
  return {percentile(values, 0.1), percentile(values, 0.5), percentile(values, 0.9)};
}

std::vector<double> ratios(std::span<const double> values, std::span<const double> floors) {
  SOTTO_ASSERT(values.size() == floors.size());
  std::vector<double> result(values.size());
  std::transform(values.begin(), values.end(), floors.begin(), result.begin(), std::divides<>());
  return result;
}

std::vector<double> sums(std::span<const double> a, std::span<const double> b) {
  SOTTO_ASSERT(a.size() == b.size());
  std::vector<double> result(a.size());
  std::transform(a.begin(), a.end(), b.begin(), result.begin(), std::plus<>());
  return result;
}

std::vector<double> scaled(std::vector<double> values, double factor) {
  for (double& value : values) value *= factor;
  return values;
}

}  // namespace sotto::tools
