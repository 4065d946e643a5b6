#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace sotto::tools {

/// A table that is read as it stands, and is a table in Markdown as well. The first row names the columns; the first
/// `texts` of these stand on the left, the others, numbers, on the right. All rows are as long as each other.
std::string markdown_table(std::vector<std::vector<std::string>> rows, size_t texts);

}  // namespace sotto::tools
