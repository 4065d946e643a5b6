#include "tools/bench/side_by_side.hpp"

#include <utility>

namespace sotto::tools {

SideBySide::SideBySide(std::vector<Entry> entries, const InterleavedRounds& settings) : entries_(std::move(entries)) {
  std::vector<Contestant> contestants;
  for (const Entry& entry : entries_) contestants.push_back(entry.contestant);
  std::vector<std::vector<double>> measured = run_interleaved(contestants, settings);
  for (size_t i = 0; i < entries_.size(); ++i) measured_[entries_[i].key] = std::move(measured[i]);
}

std::vector<Figure> SideBySide::figures(const std::string& unit, double nanoseconds_in_unit) const {
  std::vector<Figure> figures;
  for (const Entry& entry : entries_) {
    const std::vector<double>& own = measured_.at(entry.key);
    Figure& figure =
        figures.emplace_back(Figure{entry.key, entry.what, unit, spread_of(scaled(own, 1 / nanoseconds_in_unit))});
    for (const Entry::Floor& floor : entry.floors) {
      figure.comparisons.push_back({floor.name, spread_of(ratios(own, nanoseconds(floor.keys)))});
    }
  }
  return figures;
}

std::vector<double> SideBySide::nanoseconds(const std::vector<std::string>& keys) const {
  std::vector<double> total(measured_.begin()->second.size());
  for (const std::string& key : keys) total = sums(total, measured_.at(key));
  return total;
}

}  // namespace sotto::tools
