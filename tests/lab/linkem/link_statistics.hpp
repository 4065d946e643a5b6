#pragma once

#include <string>
#include <string_view>

#include "tests/lab/linkem/one_way_link.hpp"

namespace sotto::lab {

/// A line of JSON about both directions. `kind` is "second" (and begins a new one), "mark" or "total"; `now` and
/// `since_start` in seconds, the second -1 before the start.
std::string statistics_line(std::string_view kind, double now, double since_start, OneWayLink& ab, OneWayLink& ba);

}  // namespace sotto::lab
