#include "tools/bench/report.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "tools/bench/markdown_table.hpp"
#include "tools/demo/format.hpp"

namespace sotto::tools {
namespace {

using nlohmann::json;
using Row = std::vector<std::string>;

/// Three digits that count, and no more.
std::string number(double value) {
  const double size = std::abs(value);
  if (size >= 100 || size == 0) return format("%.0f", value);
  if (size >= 10) return format("%.1f", value);
  if (size >= 1) return format("%.2f", value);
  return format("%.3g", value);
}

std::vector<std::string> floors_of(const std::vector<Figure>& figures) {
  std::vector<std::string> floors;
  for (const Figure& figure : figures) {
    for (const Comparison& comparison : figure.comparisons) {
      if (std::find(floors.begin(), floors.end(), comparison.floor) == floors.end()) floors.push_back(comparison.floor);
    }
  }
  return floors;
}

Row row_of(const Figure& figure, const std::vector<std::string>& floors) {
  Row row = {figure.what, figure.unit, number(figure.value.median), number(figure.value.p10), number(figure.value.p90)};
  for (const std::string& floor : floors) {
    const auto found = std::find_if(figure.comparisons.begin(), figure.comparisons.end(),
                                    [&](const Comparison& comparison) { return comparison.floor == floor; });
    row.push_back(found == figure.comparisons.end() ? "" : number(found->ratio.median));
  }
  return row;
}

json to_json(const Spread& spread) { return {{"median", spread.median}, {"p10", spread.p10}, {"p90", spread.p90}}; }

}  // namespace

std::string to_table(const std::vector<Figure>& figures) {
  const std::vector<std::string> floors = floors_of(figures);
  std::vector<Row> rows = {{"", "unit", "median", "10 %", "90 %"}};
  for (const std::string& floor : floors) rows.front().push_back("/ " + floor);
  for (const Figure& figure : figures) rows.push_back(row_of(figure, floors));
  return markdown_table(std::move(rows), 2);
}

json to_json(const BenchReport& report, const json& machine) {
  json figures = json::object();
  for (const Figure& figure : report.figures) {
    json entry = to_json(figure.value);
    entry["what"] = figure.what;
    entry["unit"] = figure.unit;
    for (const Comparison& comparison : figure.comparisons) {
      entry["ratios"][comparison.floor] = to_json(comparison.ratio);
    }
    figures[figure.key] = std::move(entry);
  }
  json settings = json::object();
  for (const auto& setting : report.settings) settings[setting.first] = setting.second;
  return {{"bench", report.bench}, {"settings", settings}, {"figures", figures}, {"machine", machine}};
}

}  // namespace sotto::tools
