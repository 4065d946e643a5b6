#pragma once

#include <nlohmann/json_fwd.hpp>

#include "tools/report/report_data.hpp"

namespace sotto::tools {

/// Whether the JSON of a report holds what is only looked at.
enum class ReportPictures {
  kLeftOut,  ///< figures alone: report.json
  kInlined,  ///< pictures and spectrograms as data: URIs, for the page
};

/// A report for programs, and for the page, which shows nothing else. Times are seconds since the accept, but for those
/// of the set-up, which are milliseconds since the dial. What was not measured is null or not there.
nlohmann::json to_json(const ReportData& report, ReportPictures pictures);

}  // namespace sotto::tools
