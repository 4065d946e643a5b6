#pragma once

#include <filesystem>

#include <sotto/result.hpp>
#include "base/bytes.hpp"

namespace sotto::tools {

/// Writes a file that only its owner can read, in the place of the one there: whole or not at all. kUnavailable says
/// why in the system's words.
Result<void> write_private_file(const std::filesystem::path& path, ByteView content);

/// The same, but kRefused if there is a file already.
Result<void> write_new_private_file(const std::filesystem::path& path, ByteView content);

/// The whole file; kInvalidArgument if it is larger than `limit` bytes.
Result<Bytes> read_whole_file(const std::filesystem::path& path, size_t limit);

}  // namespace sotto::tools
