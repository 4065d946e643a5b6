#include "tests/house/definition_rules.hpp"

#include <map>
#include <regex>

namespace sotto::house {

std::vector<std::string> definition_faults(const std::vector<SourceFile>& files) {
  // As clang-format leaves them: at the beginning of a line what is no member of another class.
  static const std::regex kNamespace("namespace ([A-Za-z0-9_:]+) \\{.*");
  static const std::regex kClass("(?:struct|class)(?: SOTTO_API)? ([A-Za-z0-9_]+)(?: final)?(?: : .*)? \\{.*");
  std::map<std::string, std::string> homes;
  std::vector<std::string> faults;
  for (const SourceFile& file : files) {
    if (!file.path.ends_with(".hpp") || file.path.starts_with("tests/unit/")) continue;
    std::string inside;
    for (const std::string_view line : lines_of(file.text)) {
      std::match_results<std::string_view::const_iterator> found;
      if (std::regex_match(line.begin(), line.end(), found, kNamespace)) inside = found[1].str();
      if (!std::regex_match(line.begin(), line.end(), found, kClass)) continue;
      const std::string name = inside + "::" + found[1].str();
      const auto [home, is_new] = homes.emplace(name, file.path);
      if (!is_new) faults.push_back(name + ": " + home->second + " and " + file.path);
    }
  }
  return faults;
}

}  // namespace sotto::house
