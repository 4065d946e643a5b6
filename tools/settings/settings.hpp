#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <sotto/result.hpp>

namespace sotto::tools {

/// Where the program keeps what belongs to its user: one folder.
struct Places {
  std::filesystem::path home;

  std::filesystem::path identity() const { return home / "identity"; }
  std::filesystem::path contacts() const { return home / "contacts"; }
  std::filesystem::path settings() const { return home / "settings.json"; }
};

/// $SOTTO_HOME, or $XDG_DATA_HOME/sotto, or ~/.local/share/sotto. kUnavailable if none of the three is set.
Result<Places> find_places();

/// The same; kUnavailable, saying which command makes one, if there is no identity.
Result<Places> find_places_with_identity();

/// Makes the folder, for its owner alone, if it is not there.
Result<void> make_home(const Places& places);

/// What the user has set once and does not want to say each time. Nothing here is secret but a proxy's password: the
/// file is its owner's alone.
struct Settings {
  std::string server;  ///< "host:port#PIN"
  std::string proxy;   ///< "http://host:port" or "socks5://host:port"
  std::string name;    ///< What the account is, or is to be, registered as.
  bool operator==(const Settings&) const = default;
};

/// As a JSON object; what is empty is not in it.
std::string settings_text(const Settings& settings);
/// kMalformed says what in it cannot be used.
Result<Settings> parse_settings(std::string_view text);

/// A file that is not there is empty settings. kMalformed says what in it cannot be used.
Result<Settings> load_settings(const std::filesystem::path& path);
/// Whole or not at all.
Result<void> save_settings(const std::filesystem::path& path, const Settings& settings);

}  // namespace sotto::tools
