#pragma once

#include <string>
#include <vector>

#include "tests/house/source_tree.hpp"

namespace sotto::house {

/// Every class that two headers of `files` define in one namespace, each as "namespace::name: one.hpp and another.hpp".
/// Programs link both sooner or later, and then one of them is taken for the other (one definition rule). The unit
/// tests are left out: each folder of them is a program of its own.
std::vector<std::string> definition_faults(const std::vector<SourceFile>& files);

}  // namespace sotto::house
