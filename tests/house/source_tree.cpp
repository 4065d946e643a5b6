#include "tests/house/source_tree.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

namespace sotto::house {
namespace {

// What the repository's top consists of; anything else that lies there (build folders, an editor's files) is not ours.
constexpr std::array kFolders = {"base", "media", "transport", "signaling", "engine", "tools", "tests", "cmake", ".ci"};

bool is_source(const std::filesystem::path& path) { return path.extension() == ".cpp" || path.extension() == ".hpp"; }

bool is_text(const std::filesystem::path& path) {
  static constexpr std::array kExtensions = {".cpp", ".hpp", ".h",    ".c",   ".proto", ".cmake", ".txt",
                                             ".sh",  ".md",  ".html", ".css", ".js",    ""};
  return std::find(kExtensions.begin(), kExtensions.end(), path.extension()) != kExtensions.end();
}

template <typename Predicate>
std::vector<SourceFile> read_files(const std::filesystem::path& root, Predicate wanted) {
  std::vector<SourceFile> files;
  const auto take = [&](const std::filesystem::directory_entry& entry) {
    if (!entry.is_regular_file() || !wanted(entry.path())) return;
    files.push_back({entry.path().lexically_relative(root).generic_string(), read_text(entry.path())});
  };
  for (const auto& entry : std::filesystem::directory_iterator(root)) take(entry);
  for (const char* folder : kFolders) {
    if (!std::filesystem::is_directory(root / folder)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) take(entry);
  }
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return files;
}

}  // namespace

std::vector<SourceFile> read_sources(const std::filesystem::path& root) { return read_files(root, is_source); }

std::vector<SourceFile> read_all_texts(const std::filesystem::path& root) { return read_files(root, is_text); }

std::string read_text(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

bool is_header(std::string_view path) { return path.ends_with(".hpp"); }

}  // namespace sotto::house
