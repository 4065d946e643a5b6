#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "tools/bench_audio/trace_figures.hpp"

namespace sotto::tools {

/// One replay, as make_sound_page (tools/report) shows it: figures, and how it went over time.
nlohmann::json trace_on_page(const std::string& name, const std::string& what, const ArrivalTrace& trace,
                             const TraceReplay& replay, std::span<const media::SoundMatch> matches,
                             const TraceFigures& figures);

}  // namespace sotto::tools
