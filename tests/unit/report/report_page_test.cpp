#include "tools/report/report_page.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string_view>

#include "tests/unit/report/sample_report.hpp"
#include "tools/report/report_json.hpp"

namespace sotto::tools {
namespace {

using nlohmann::json;
std::string page_of(const std::string& callee) {
  return make_page(to_json(whole_report(callee), ReportPictures::kInlined));
}

/// The report that stands in a page.
json report_in(const std::string& page) {
  constexpr std::string_view kBegin = R"(<script type="application/json" id="report">)";
  const size_t begin = page.find(kBegin) + kBegin.size();
  return json::parse(page.substr(begin, page.find("</script>", begin) - begin));
}

size_t count(std::string_view text, std::string_view what) {
  size_t found = 0;
  for (size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

TEST(ReportPage, HoldsTheReportAsItIs) {
  const json report = to_json(whole_report(), ReportPictures::kInlined);
  EXPECT_EQ(report_in(make_page(report)), report);
}

TEST(ReportPage, TakesNoNameForHtml) {
  for (const std::string name :
       {"</script><script>alert(1)</script>", "<!--<script>", "<img src=x onerror=alert(1)>"}) {
    const std::string page = page_of(name);
    EXPECT_EQ(count(page, "</script>"), count(page_of("Bob"), "</script>")) << name;
    EXPECT_EQ(count(page, name), 0u);
    EXPECT_EQ(report_in(page)["parties"][1]["name"], name) << "it is shown all the same";
  }
}

TEST(ReportPage, TakesNoNameForAMarkOfItsOwn) {
  EXPECT_EQ(report_in(page_of("{{script}}{{report}}"))["parties"][1]["name"], "{{script}}{{report}}");
}

TEST(ReportPage, HoldsANameThatIsNoText) {
  EXPECT_EQ(report_in(page_of("\xff\xfe"))["parties"][1]["name"], "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(ReportPage, NamesNothingThatWouldHaveToBeFetched) {
  const std::string page = page_of("Bob");
  for (const char* fetch : {"src=\"http", "href=\"http", "@import", "url(http"})
    EXPECT_EQ(count(page, fetch), 0u) << fetch;
  EXPECT_EQ(count(page, "default-src 'none'"), 1u);
}

}  // namespace
}  // namespace sotto::tools
