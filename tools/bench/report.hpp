#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tools/bench/spread.hpp"

namespace sotto::tools {

/// A figure beside what it cannot get below.
struct Comparison {
  std::string floor;  ///< "AES-256-GCM"
  Spread ratio;
};

struct Figure {
  std::string key;   ///< for machines: "srtp_protect_1200"
  std::string what;  ///< for people: "SRTP protect, 1200 bytes"
  std::string unit;  ///< "ns a packet"
  Spread value;
  std::vector<Comparison> comparisons = {};
};

/// What a benchmark found.
struct BenchReport {
  std::string bench;                                  ///< "primitives"
  std::vector<std::pair<std::string, int>> settings;  ///< how it was run: {"rounds", 51}
  std::vector<Figure> figures;
};

/// A table that is read as it stands, and is a table in Markdown as well: a line a figure, a column for each floor that
/// any figure is compared with.
std::string to_table(const std::vector<Figure>& figures);

/// {"figures": {KEY: {"what", "unit", "median", "p10", "p90", "ratios": {FLOOR: {"median", "p10", "p90"}}}}} and what
/// else the report has; `machine` is what it was measured on.
nlohmann::json to_json(const BenchReport& report, const nlohmann::json& machine);

}  // namespace sotto::tools
