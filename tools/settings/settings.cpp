#include "tools/settings/settings.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/safe_file.hpp"

namespace sotto::tools {
namespace {

// Far more than three lines need.
constexpr std::streamsize kMaxSettingsSize = 64 * 1024;

/// A variable's value; empty if it is not set. The XDG rules take one that is empty as not set.
std::filesystem::path variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Error in_system_words(const std::filesystem::path& path, std::string_view what) {
  return {ErrorCode::kUnavailable, path.string() + " " + std::string(what) + ": " + std::strerror(errno)};
}

Result<void> take_text(const nlohmann::json& object, const char* key, std::string& text) {
  const auto found = object.find(key);
  if (found == object.end()) return {};
  if (!found->is_string()) {
    return Error{ErrorCode::kMalformed, "\"" + std::string(key) + "\" in the settings is not a text."};
  }
  text = found->get<std::string>();
  return {};
}

}  // namespace

Result<Places> find_places() {
  if (const auto home = variable("SOTTO_HOME"); !home.empty()) return Places{home};
  // The XDG rules have relative paths ignored.
  if (const auto data = variable("XDG_DATA_HOME"); data.is_absolute()) return Places{data / "sotto"};
  if (const auto home = variable("HOME"); !home.empty()) return Places{home / ".local" / "share" / "sotto"};
  return Error{ErrorCode::kUnavailable, "There is no home folder: set SOTTO_HOME to the folder to keep things in."};
}

Result<Places> find_places_with_identity() {
  Result<Places> places = find_places();
  if (!places) return places;
  std::error_code unknown;
  if (std::filesystem::exists(places->identity(), unknown)) return places;
  return Error{ErrorCode::kUnavailable,
               "There is no identity in " + places->home.string() + " yet. Make one: sotto identity create"};
}

Result<void> make_home(const Places& places) {
  std::error_code error;
  if (places.home.has_parent_path()) std::filesystem::create_directories(places.home.parent_path(), error);
  if (::mkdir(places.home.c_str(), S_IRWXU) == 0 || (errno == EEXIST && std::filesystem::is_directory(places.home))) {
    return {};
  }
  return in_system_words(places.home, "cannot be made");
}

Result<Settings> load_settings(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error) && !error) return Settings{};
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return in_system_words(path, "cannot be read");
  std::string text(static_cast<size_t>(kMaxSettingsSize), '\0');
  stream.read(text.data(), kMaxSettingsSize);
  text.resize(static_cast<size_t>(stream.gcount()));
  Result<Settings> settings = parse_settings(text);
  if (!settings) return Error{settings.error().code, path.string() + ": " + settings.error().message};
  return settings;
}

std::string settings_text(const Settings& settings) {
  nlohmann::ordered_json object = nlohmann::ordered_json::object();
  if (!settings.server.empty()) object["server"] = settings.server;
  if (!settings.proxy.empty()) object["proxy"] = settings.proxy;
  if (!settings.name.empty()) object["name"] = settings.name;
  return object.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

Result<Settings> parse_settings(std::string_view text) {
  const nlohmann::json object = nlohmann::json::parse(text, nullptr, false);
  if (!object.is_object()) return Error{ErrorCode::kMalformed, "This is not a JSON object."};
  Settings settings;
  for (const auto& [key, value] : {std::pair{"server", &settings.server}, std::pair{"proxy", &settings.proxy},
                                   std::pair{"name", &settings.name}}) {
    if (const Result<void> taken = take_text(object, key, *value); !taken) return taken.error();
  }
  return settings;
}

Result<void> save_settings(const std::filesystem::path& path, const Settings& settings) {
  const std::string text = settings_text(settings);
  return save_file(path, as_bytes(text), SaveMode::kReplace);
}

}  // namespace sotto::tools
