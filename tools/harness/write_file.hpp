#pragma once

#include <string>

#include <sotto/result.hpp>

#include "base/bytes.hpp"

namespace sotto::tools {

/// Creates the file, or replaces its content. An error says why in the system's words.
Result<void> write_file(const std::string& path, ByteView content);

}  // namespace sotto::tools
