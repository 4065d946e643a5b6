#pragma once

#include <string>

#include "tools/report/report_data.hpp"
#include "transport/emulation/link_profile.hpp"

namespace sotto::tools {

/// Puts into a report which link was emulated, and what it carried when. `text` is how it was asked for; the link began
/// at `started`. A blackout carries nothing.
void add_link(ReportData& report, const std::string& text, const transport::LinkProfile& profile, Timestamp started);

}  // namespace sotto::tools
