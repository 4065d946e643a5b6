#pragma once

#include <array>
#include <string>
#include <vector>

#include <sotto/result.hpp>

#include "tools/demo/demo_media.hpp"
#include "tools/demo/recording.hpp"
#include "tools/demo/summary.hpp"
#include "tools/report/report_data.hpp"

namespace sotto::tools {

/// What a demonstration is reported from; Alice's things first.
struct DemoReportSources {
  const std::array<DemoMedia, 2>& media;
  const std::array<Recording, 2>& recordings;
  const TalkTime& talk_time;
};

/// The report of a demonstration: both ends of the call, and a few pictures of each way.
Result<ReportData> make_report(const Summary& summary, const std::vector<Check>& checks,
                               const DemoReportSources& sources);

}  // namespace sotto::tools
