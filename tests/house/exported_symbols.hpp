#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/house/source_tree.hpp"

namespace sotto::house {

/// The classes and functions that the public headers among `files` mark with SOTTO_API.
std::set<std::string, std::less<>> public_names(const std::vector<SourceFile>& files);

/// What `nm -D --defined-only -C` prints about a library, as demangled names: "sotto::Call::hang_up()".
std::vector<std::string> symbols_of(std::string_view nm_output);

/// The public name that `symbol` belongs to: "Engine" for "vtable for sotto::Engine" and for
/// "sotto::Engine::call(...)". Empty if it is not directly in namespace sotto.
std::string_view owner_of(std::string_view symbol);

}  // namespace sotto::house
