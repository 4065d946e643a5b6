#pragma once

#include <memory>
#include <string>

#include <sotto/result.hpp>

#include "tools/report/report_data.hpp"

namespace sotto::tools {

/// Where the report of a call goes: a page, and beside it the same figures for programs. Both are opened before the
/// call, so that a report that cannot be written is told of then, and not after an hour of talk.
class ReportFile {
 public:
  /// `path` ends in ".html"; the figures go into the same name with ".json". Files that are there are left as they are
  /// until write(). kInvalidArgument for another ending; kUnavailable, in the system's words, if one cannot be written.
  static Result<ReportFile> open(const std::string& path);
  ReportFile(ReportFile&&) noexcept;
  ReportFile& operator=(ReportFile&&) noexcept;
  /// Removes what open() made, if nothing was written.
  ~ReportFile();

  /// Writes both; for the owner alone to read. Once.
  Result<void> write(const ReportData& report);

  const std::string& page_path() const;
  const std::string& figures_path() const;

 private:
  struct File;
  ReportFile(std::unique_ptr<File> page, std::unique_ptr<File> figures);
  std::unique_ptr<File> page_;
  std::unique_ptr<File> figures_;
};

}  // namespace sotto::tools
