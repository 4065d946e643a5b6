#pragma once

#include <nlohmann/json_fwd.hpp>

#include <sotto/statistics.hpp>

namespace sotto::tools {

/// A call's statistics as the harness reports them: counters under the names that all peers share, the timeline in
/// milliseconds after `dialed`, and `dialed_us` on the monotonic clock.
nlohmann::json statistics_report(const CallStatistics& statistics);

}  // namespace sotto::tools
