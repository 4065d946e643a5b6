#pragma once

#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sotto {

/// A temporary folder whose files are bytes.
class TestFolder : public TemporaryFolder {
 public:
  std::filesystem::path operator/(std::string_view name) const { return path() / name; }
  std::set<std::string> names() const {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path()))
      names.insert(entry.path().filename().string());
    return names;
  }

  static Bytes read(const std::filesystem::path& path) {
    const std::string content = content_of(path);
    return {content.begin(), content.end()};
  }
  /// As anybody might, but readable by its owner alone.
  static void write(const std::filesystem::path& path, ByteView content) {
    {
      std::ofstream file(path, std::ios::binary);
      file.write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
    }
    std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
};

}  // namespace sotto
