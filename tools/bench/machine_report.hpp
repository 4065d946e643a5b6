#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace sotto::tools {

/// What figures were measured on, and when: version of sotto, date, system, processor, cores, load, libraries.
nlohmann::json machine_report();

/// The same in a line for people.
std::string machine_line(const nlohmann::json& machine);

/// Of the text of /proc/cpuinfo: {"model", "features"}, where features are those that codecs and ciphers look for.
nlohmann::json processor_report(const std::string& cpuinfo);

}  // namespace sotto::tools
