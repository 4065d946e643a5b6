#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace sotto::house {

/// A file of the repository: its path from the top with forward slashes, and what stands in it.
struct SourceFile {
  std::string path;
  std::string text;
};

/// The C++ files of the tree under `root`, build folders excepted, in the order of their paths.
std::vector<SourceFile> read_sources(const std::filesystem::path& root);

/// Everything that people wrote: sources, build files, protocol files, scripts and documents.
std::vector<SourceFile> read_all_texts(const std::filesystem::path& root);

/// What stands in one file. Empty if it cannot be read.
std::string read_text(const std::filesystem::path& path);

/// The lines of `text`, without their ends.
std::vector<std::string_view> lines_of(std::string_view text);

/// Whether this is a C++ header.
bool is_header(std::string_view path);

}  // namespace sotto::house
