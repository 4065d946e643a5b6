#pragma once

#include <string>
#include <vector>

#include <sotto/engine.hpp>

#include "tools/doctor/finding.hpp"
#include "tools/settings/settings.hpp"
#include "transport/ice/local_addresses.hpp"

namespace sotto::tools {

/// Which addresses calls can use, and why not the others.
std::vector<Finding> judge_interfaces(const std::vector<transport::InterfaceAddress>& all);

/// Signs in as somebody whom the server cannot know: that it says so proves route, key, protocol and clock.
std::vector<Finding> check_server(const Settings& settings);
/// What a server's answer to that means.
std::vector<Finding> judge_server(const ServerStatus& status);

/// Asks a STUN or TURN server for an address, as a call would.
Finding check_relay(const std::string& uri, const std::string& username, const std::string& password);

}  // namespace sotto::tools
