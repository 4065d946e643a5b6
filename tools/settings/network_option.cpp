#include "tools/settings/network_option.hpp"

#include <CLI/CLI.hpp>

#include "transport/emulation/link_profile.hpp"

namespace sotto::tools {
namespace {

constexpr char kHelp[] =
    "Emulate a bad network around the call's path, both ways, such as\n"
    "\"delay=50ms,jitter=10ms,loss=5%,rate=1M,queue=300ms,blackout=10s+2s\".\n"
    "Keys: rate=1M|300k|none, queue=300ms, delay=50ms, jitter=10ms, overtaking=yes|no,\n"
    "loss=5%, burst=10%/5 (part and mean length), reorder=2%/20ms, duplicate=1%,\n"
    "corrupt=0.1%, mtu=1400, blackout=10s+2s (when, how long; may be given again).\n"
    "Changes over time: \"rate=2.5M; 20s: rate=500k\"";

}  // namespace

void add_network_option(CLI::App& command, std::string& network) {
  command.add_option("--network", network, kHelp)->type_name("PROFILE")->check([](const std::string& text) {
    const auto profile = transport::parse_link_profile(text);
    return profile ? std::string() : profile.error().message;
  });
}

}  // namespace sotto::tools
