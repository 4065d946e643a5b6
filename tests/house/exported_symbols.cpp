#include "tests/house/exported_symbols.hpp"

#include <array>
#include <regex>

namespace sotto::house {

std::set<std::string, std::less<>> public_names(const std::vector<SourceFile>& files) {
  static const std::regex kClass(R"((class|struct) SOTTO_API (\w+))");
  static const std::regex kFunction(R"(^SOTTO_API [^(]*\b(\w+)\()");
  std::set<std::string, std::less<>> names;
  for (const SourceFile& file : files) {
    if (file.path.find("/include/sotto/") == std::string::npos) continue;
    for (const std::string_view view : lines_of(file.text)) {
      const std::string line(view);
      std::smatch match;
      if (std::regex_search(line, match, kClass)) names.insert(match[2]);
      if (std::regex_search(line, match, kFunction)) names.insert(match[1]);
    }
  }
  return names;
}

std::vector<std::string> symbols_of(std::string_view nm_output) {
  std::vector<std::string> symbols;
  for (const std::string_view line : lines_of(nm_output)) {
    // "0000000000012340 T sotto::version()@@SOTTO_0": address, kind, name, version. Kind A is the version itself.
    const size_t kind = line.find(' ');
    if (kind == std::string_view::npos || kind + 3 >= line.size() || line[kind + 1] == 'A') continue;
    const std::string_view name = line.substr(kind + 3);
    symbols.emplace_back(name.substr(0, name.find("@@")));
  }
  return symbols;
}

std::string_view owner_of(std::string_view symbol) {
  static constexpr std::array<std::string_view, 5> kTables = {"vtable for ", "VTT for ", "typeinfo for ",
                                                              "typeinfo name for ", "non-virtual thunk to "};
  for (const std::string_view table : kTables) {
    if (symbol.starts_with(table)) symbol.remove_prefix(table.size());
  }
  constexpr std::string_view kNamespace = "sotto::";
  if (!symbol.starts_with(kNamespace)) return {};
  symbol.remove_prefix(kNamespace.size());
  // A function's own name ends at its arguments or its ABI tag; what stands before "::" is a class, or an inner
  // namespace.
  return symbol.substr(0, symbol.find_first_of(":(["));
}

}  // namespace sotto::house
