#pragma once

#include <map>
#include <string>
#include <vector>

#include "tools/bench/interleaved.hpp"
#include "tools/bench/report.hpp"

namespace sotto::tools {

/// One line of a comparison.
struct Entry {
  /// What it is compared with: the sum of other lines.
  struct Floor {
    std::string name;               ///< "AES-256-GCM"
    std::vector<std::string> keys;  ///< of those lines
  };
  std::string key;
  std::string what;
  Contestant contestant;
  std::vector<Floor> floors = {};
};

/// What a comparison has measured: nanoseconds an operation, round by round.
class SideBySide {
 public:
  /// Measures all entries in interleaved rounds. The keys of floors are those of entries.
  SideBySide(std::vector<Entry> entries, const InterleavedRounds& settings);

  /// A figure for each entry, in their order: what an operation costs, in a unit of so many nanoseconds.
  std::vector<Figure> figures(const std::string& unit, double nanoseconds_in_unit = 1) const;
  /// Of the entries with these keys, added up round by round.
  std::vector<double> nanoseconds(const std::vector<std::string>& keys) const;

 private:
  std::vector<Entry> entries_;
  std::map<std::string, std::vector<double>> measured_;
};

}  // namespace sotto::tools
