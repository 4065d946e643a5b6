#include "tools/report/report_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/support/temporary_folder.hpp"
#include "tests/unit/report/sample_report.hpp"

namespace sotto::tools {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(ReportFile, WritesAPageAndItsFiguresForTheirOwnerAlone) {
  const TemporaryFolder folder;
  Result<ReportFile> file = ReportFile::open(folder / "call.html");
  ASSERT_TRUE(file.ok()) << file.error().message;
  ASSERT_TRUE(file->write(whole_report()).ok());
  EXPECT_THAT(content_of(folder / "call.html"), StartsWith("<!DOCTYPE html>"));
  EXPECT_EQ(nlohmann::json::parse(content_of(folder / "call.json"))["parties"][1]["name"], "Bob");
  for (const char* name : {"call.html", "call.json"}) {
    struct stat found {};
    ASSERT_EQ(stat((folder / name).c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0600u) << name;
  }
}

TEST(ReportFile, SaysBeforeTheCallThatItCannotBeWritten) {
  const Result<ReportFile> file = ReportFile::open("/nowhere/call.html");
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(file.error().message, HasSubstr("/nowhere/call.html: No such file or directory"));
}

TEST(ReportFile, IsAPageByItsName) {
  const TemporaryFolder folder;
  for (const char* name : {"call", "call.json", ".html"}) {
    const Result<ReportFile> file = ReportFile::open(name);
    ASSERT_FALSE(file.ok()) << name;
    EXPECT_EQ(file.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(ReportFile, LeavesNothingBehindWhenThereWasNoCall) {
  const TemporaryFolder folder;
  ASSERT_TRUE(ReportFile::open(folder / "call.html").ok());
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(ReportFile, LeavesAnEarlierReportAloneUntilThereIsANewOne) {
  const TemporaryFolder folder;
  std::ofstream(folder / "call.html") << "earlier, and longer than what comes";
  { ASSERT_TRUE(ReportFile::open(folder / "call.html").ok()); }
  EXPECT_THAT(content_of(folder / "call.html"), StartsWith("earlier"));
  Result<ReportFile> file = ReportFile::open(folder / "call.html");
  ASSERT_TRUE(file->write(whole_report()).ok());
  EXPECT_THAT(content_of(folder / "call.html"), StartsWith("<!DOCTYPE html>"));
}

TEST(ReportFile, FollowsNoLinkAndWritesIntoNoDevice) {
  const TemporaryFolder folder;
  std::filesystem::create_symlink(folder / "elsewhere", folder / "link.html");
  EXPECT_FALSE(ReportFile::open(folder / "link.html").ok());
  EXPECT_FALSE(std::filesystem::exists(folder / "elsewhere"));
  std::filesystem::create_directory(folder / "folder.html");
  EXPECT_FALSE(ReportFile::open(folder / "folder.html").ok());
}

}  // namespace
}  // namespace sotto::tools
