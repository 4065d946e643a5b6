#include "tools/report/report_page.hpp"

#include <nlohmann/json.hpp>
#include <string_view>

#include "base/assert.hpp"
#include "base/crypto/sha256.hpp"
#include "tools/harness/base64.hpp"
#include "tools/report/page_parts.hpp"

namespace sotto::tools {
namespace {

/// Puts `what` in the place of `mark`, which is there once.
void fill(std::string& page, std::string_view mark, std::string_view what) {
  const size_t at = page.find(mark);
  SOTTO_ASSERT(at != std::string::npos);
  page.replace(at, mark.size(), what);
}

std::string source_of(std::string_view script) { return " 'sha256-" + encode_base64(sha256(as_bytes(script))) + "'"; }

/// JSON that can stand inside a script element: "<" begins no end tag and no comment, and is the same to who parses it.
std::string harmless(const nlohmann::json& report) {
  const std::string text = report.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  std::string safe;
  safe.reserve(text.size());
  for (const char letter : text) {
    if (letter == '<') {
      safe += "\\u003c";
    } else {
      safe += letter;
    }
  }
  return safe;
}

std::string page_with(std::string_view script, const nlohmann::json& report) {
  std::string page(page_parts::kHtml);
  // The data last: nothing in it is taken for a mark.
  fill(page, "{{policy}}",
       "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; script-src" +
           source_of(page_parts::kPlots) + source_of(script));
  fill(page, "{{style}}", page_parts::kStyle);
  fill(page, "{{plots}}", page_parts::kPlots);
  fill(page, "{{script}}", script);
  fill(page, "{{report}}", harmless(report));
  return page;
}

}  // namespace

std::string make_page(const nlohmann::json& report) { return page_with(page_parts::kScript, report); }
std::string make_sound_page(const nlohmann::json& replays) { return page_with(page_parts::kSoundScript, replays); }

}  // namespace sotto::tools
