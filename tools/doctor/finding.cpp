#include "tools/doctor/finding.hpp"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace sotto::tools {
namespace {

const char* name_of(Finding::Verdict verdict) {
  switch (verdict) {
    case Finding::Verdict::kOk:
      return "ok";
    case Finding::Verdict::kNote:
      return "note";
    case Finding::Verdict::kWarning:
      return "warning";
    case Finding::Verdict::kWrong:
      return "FAILED";
  }
  return "";
}

}  // namespace

std::string to_text(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    char head[64];
    std::snprintf(head, sizeof head, "%-8s %-12.30s ", name_of(finding.verdict), finding.what.c_str());
    text += head + finding.says + "\n";
    if (!finding.advice.empty()) text += std::string(22, ' ') + finding.advice + "\n";
  }
  return text;
}

std::string to_json(const std::vector<Finding>& findings) {
  nlohmann::json array = nlohmann::json::array();
  for (const Finding& finding : findings) {
    array.push_back({{"verdict", name_of(finding.verdict)},
                     {"what", finding.what},
                     {"says", finding.says},
                     {"advice", finding.advice}});
  }
  return array.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool any_failed(const std::vector<Finding>& findings) {
  return std::ranges::any_of(findings,
                             [](const Finding& finding) { return finding.verdict == Finding::Verdict::kWrong; });
}

}  // namespace sotto::tools
