#include "tools/report/report_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "tools/report/report_json.hpp"
#include "tools/report/report_page.hpp"

namespace sotto::tools {
namespace {

constexpr std::string_view kEnding = ".html";

Error cannot_write(const std::string& path, int error) {
  return {ErrorCode::kUnavailable, "cannot write the report to " + path + ": " + std::strerror(error)};
}

}  // namespace

struct ReportFile::File {
  explicit File(std::string name) : path(std::move(name)) {}
  ~File() {
    if (descriptor < 0) return;
    struct stat found {};
    const bool empty = fstat(descriptor, &found) == 0 && found.st_size == 0;
    ::close(descriptor);
    if (empty) ::unlink(path.c_str());
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  Result<void> open_it() {
    // Not for others: names, pictures and sound of a call are nobody's business. A link is not followed.
    descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) return cannot_write(path, errno);
    struct stat found {};
    if (fstat(descriptor, &found) == 0 && S_ISREG(found.st_mode)) return {};
    ::close(std::exchange(descriptor, -1));
    return Error{ErrorCode::kUnavailable, "cannot write the report to " + path + ": it is no file"};
  }

  Result<void> write_all(std::string_view text) {
    if (ftruncate(descriptor, 0) != 0) return cannot_write(path, errno);
    while (!text.empty()) {
      const ssize_t size = ::write(descriptor, text.data(), text.size());
      if (size < 0 && errno == EINTR) continue;
      if (size < 0) return cannot_write(path, errno);
      text.remove_prefix(static_cast<size_t>(size));
    }
    return {};
  }

  const std::string path;
  int descriptor = -1;
};

ReportFile::ReportFile(std::unique_ptr<File> page, std::unique_ptr<File> figures)
    : page_(std::move(page)), figures_(std::move(figures)) {}
ReportFile::ReportFile(ReportFile&&) noexcept = default;
ReportFile& ReportFile::operator=(ReportFile&&) noexcept = default;
ReportFile::~ReportFile() = default;

Result<ReportFile> ReportFile::open(const std::string& path) {
  if (!path.ends_with(kEnding) || path.size() == kEnding.size()) {
    return Error{ErrorCode::kInvalidArgument, "a report is a page: its name ends in .html, unlike " + path};
  }
  auto page = std::make_unique<File>(path);
  auto figures = std::make_unique<File>(path.substr(0, path.size() - kEnding.size()) + ".json");
  for (File* const file : {page.get(), figures.get()}) {
    if (const Result<void> opened = file->open_it(); !opened.ok()) return opened.error();
  }
  return ReportFile(std::move(page), std::move(figures));
}

const std::string& ReportFile::page_path() const { return page_->path; }
const std::string& ReportFile::figures_path() const { return figures_->path; }

Result<void> ReportFile::write(const ReportData& report) {
  const std::string figures =
      to_json(report, ReportPictures::kLeftOut).dump(1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (const Result<void> written = figures_->write_all(figures + "\n"); !written.ok()) return written;
  return page_->write_all(make_page(to_json(report, ReportPictures::kInlined)));
}

}  // namespace sotto::tools
