#pragma once

#include <string>
#include <vector>

#include "tests/house/source_tree.hpp"

namespace sotto::house {

/// Every place where `files` break the rules of who may include whom, each as "path:line: what is wrong".
///
/// 1. base <- media, transport, signaling <- engine <- tools: a file includes its own floor and those below, never up,
///    never sideways. Tests may include everything; nothing includes tests.
/// 2. No circles between files.
/// 3. A `detail/` folder is no part of a room's face: only .cpp files (and other details) of the same floor see it.
/// 4. A public header (in an `include/sotto/` folder) includes nothing but public headers and the standard library.
/// 5. A library has one home: only the rooms that are made of it see its headers.
/// 6. Each file of ours that is named must exist; each header guards itself; each .cpp file includes its own header
///    first, which proves that the header needs nothing before it.
std::vector<std::string> include_faults(const std::vector<SourceFile>& files);

}  // namespace sotto::house
