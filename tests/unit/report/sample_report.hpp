#pragma once

#include <string>

#include "tools/report/report_data.hpp"

namespace sotto::tools {

/// Samples of 20 s of a call, ten a second from its accept at `accepted`, in which all goes well.
std::vector<CallSample> steady_samples(Timestamp accepted);

/// A report of a call in which everything was measured, of 20 s, between Alice and `callee`.
ReportData whole_report(const std::string& callee = "Bob");

}  // namespace sotto::tools
