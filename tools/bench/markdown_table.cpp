#include "tools/bench/markdown_table.hpp"

#include <algorithm>

namespace sotto::tools {

std::string markdown_table(std::vector<std::vector<std::string>> rows, size_t texts) {
  std::vector<size_t> widths(rows.front().size(), 3);
  for (const auto& row : rows) {
    for (size_t column = 0; column < row.size(); ++column) {
      widths[column] = std::max(widths[column], row[column].size());
    }
  }
  std::vector<std::string> rule;
  for (size_t column = 0; column < widths.size(); ++column) {
    rule.push_back(std::string(widths[column] - 1, '-') + (column < texts ? "-" : ":"));
  }
  rows.insert(rows.begin() + 1, rule);
  std::string table;
  for (const auto& row : rows) {
    for (size_t column = 0; column < row.size(); ++column) {
      const std::string padding(widths[column] - row[column].size(), ' ');
      table += column < texts ? "| " + row[column] + padding + " " : "| " + padding + row[column] + " ";
    }
    table += "|\n";
  }
  return table;
}

}  // namespace sotto::tools
