#pragma once

#include <string>

namespace sotto::tools {

/// printf into a string. The format is checked against the arguments by the compiler.
[[gnu::format(printf, 1, 2)]] std::string format(const char* text, ...);

}  // namespace sotto::tools
