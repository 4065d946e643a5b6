#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sotto/result.hpp>
#include "signaling/server/server.hpp"

namespace sotto::tools {

/// What `sotto serve` was told on its command line, as it was written.
struct ServeSettings {
  std::vector<std::string> listen;  ///< ADDRESS:PORT
  std::string state;                ///< Empty: default_server_state().
  std::string certificate;
  std::string key;
  std::string registration = "open";
  std::string invite_file;
  std::vector<std::string> turn;
  std::string turn_secret_file;
  size_t max_links = signaling::ServerLimits{}.links;
  std::string log = "json";
  std::string advertise;  ///< The host for others to use. Empty: guessed.
  std::string port_file;
};

/// Reads "ADDRESS:PORT", "[ADDRESS]:PORT", or either without the port. Port 0 is a free one. kInvalidArgument.
Result<signaling::ListenAddress> parse_listen_address(std::string_view text);

/// $XDG_DATA_HOME/sotto-server, or ~/.local/share/sotto-server.
std::filesystem::path default_server_state();

/// The server's options; kInvalidArgument with what does not go together.
Result<signaling::ServerOptions> to_server_options(const ServeSettings& settings);

/// The hosts by which others may reach a server on this machine, the most likely first; at least one.
std::vector<std::string> likely_hosts(const std::vector<signaling::ListenAddress>& listen);

}  // namespace sotto::tools
