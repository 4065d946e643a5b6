#pragma once

#include <string>

#include <sotto/result.hpp>

#include "tools/report/report_data.hpp"

namespace sotto::tools {

/// Puts into a report which link was emulated, and what it carried when: `network` is as `--network` takes it, and
/// began at `started`. A blackout carries nothing. Fails if `network` cannot be understood.
Result<void> add_link(ReportData& report, const std::string& network, Timestamp started);

}  // namespace sotto::tools
