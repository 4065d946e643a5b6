#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "tools/bench_audio/arrival_trace.hpp"

namespace sotto::tools {

/// A path that is made up.
struct MadePath {
  std::string_view name;  ///< "wifi-bursts"
  std::string_view what;  ///< what happens on it
};

/// Those there are, in the order of tables.
const std::vector<MadePath>& made_paths();

/// A trace of the path of that name; the same seed gives the same. Nothing if there is no such path.
std::optional<ArrivalTrace> make_arrival_trace(std::string_view name, uint64_t seed, Duration length = 60s);

}  // namespace sotto::tools
