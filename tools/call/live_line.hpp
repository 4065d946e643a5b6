#pragma once

#include <string>

#include <sotto/call.hpp>

namespace sotto::tools {

/// How a call stands, in one line of at most about 130 characters: what has passed between two looks at its statistics.
/// Names nobody and no address.
std::string live_line(CallState state, Duration since_accept, const CallStatistics& before, const CallStatistics& now,
                      Duration between);

}  // namespace sotto::tools
