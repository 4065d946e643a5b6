#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace sotto::tools {

/// The page that shows `report` (report_json.hpp, with its pictures): one HTML file that needs nothing else, fetches
/// nothing, and runs no script but its own two (Content-Security-Policy, by their hashes). What `report` says is never
/// taken for HTML: it stands in the page as JSON in which no "<" is left, and is shown as text.
std::string make_page(const nlohmann::json& report);

/// Likewise, a page that shows replays of sound over traces: an array of what trace_on_page (tools/bench_audio) makes.
std::string make_sound_page(const nlohmann::json& replays);

}  // namespace sotto::tools
