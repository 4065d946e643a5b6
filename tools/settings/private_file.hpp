#pragma once

#include <filesystem>

#include <sotto/result.hpp>
#include "base/bytes.hpp"

namespace sotto::tools {

/// Makes a file that only its owner can read, where there is none: kRefused if there is. Needs no more of the file
/// system than an USB stick's has, unlike save_file(). kUnavailable says why in the system's words.
Result<void> write_new_private_file(const std::filesystem::path& path, ByteView content);

/// The whole file; kInvalidArgument if it is larger than `limit` bytes.
Result<Bytes> read_whole_file(const std::filesystem::path& path, size_t limit);

}  // namespace sotto::tools
