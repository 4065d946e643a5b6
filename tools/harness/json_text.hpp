#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace sotto::tools {

/// The text under `name`, or nothing if there is none.
inline std::optional<std::string> text_of(const nlohmann::json& object, const char* name) {
  if (!object.is_object()) return std::nullopt;
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

}  // namespace sotto::tools
