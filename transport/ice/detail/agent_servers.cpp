#include "transport/ice/detail/agent_servers.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"

namespace sotto::transport {
namespace {

// How long host candidates wait for the name of a STUN server: longer than an answer from across the world takes, too
// short for a caller to notice while it rings.
constexpr Duration kStunPatience = 500ms;

NiceRelayType relay_type(IceServerKind kind) {
  return kind == IceServerKind::kTurnTcp ? NICE_RELAY_TYPE_TURN_TCP : NICE_RELAY_TYPE_TURN_UDP;
}

}  // namespace

AgentServers::AgentServers(NiceAgent* agent, guint stream, GMainContext* context, const IceOptions& options,
                           const std::vector<IpAddress>& local_addresses,
                           std::function<void(bool new_relay)> on_settled)
    : agent_(agent),
      stream_(stream),
      on_settled_(std::move(on_settled)),
      has_v4_(std::ranges::any_of(local_addresses, [](const IpAddress& address) { return !address.is_v6(); })),
      has_v6_(std::ranges::any_of(local_addresses, &IpAddress::is_v6)) {
  std::vector<IceServer> stun_names;
  std::vector<IceServer> relay_names;
  for (const IceServer& server : options.servers) {
    const bool stun = server.kind == IceServerKind::kStun;
    if (stun && options.relay_only) continue;
    if (IpAddress::parse(server.host)) {
      add(server);
    } else {
      (stun ? stun_names : relay_names).push_back(server);
    }
  }
  new_relay_ = false;
  const auto resolver = options.resolver ? options.resolver : system_resolver();
  if (!stun_names.empty()) {
    stun_lookup_.emplace(context, resolver, stun_names, std::min(kStunPatience, options.name_patience), callbacks());
  }
  if (!relay_names.empty()) {
    relay_lookup_.emplace(context, resolver, relay_names, options.name_patience, callbacks());
  }
}

ServerLookup::Callbacks AgentServers::callbacks() {
  return {.on_found = [this](const IceServer& server) { add(server); },
          .on_failed =
              [this](const std::string& why) {
                ++unresolved_;
                log(LogLevel::kWarning, "ice", "a STUN or TURN server is left out: " + why);
              },
          .on_settled = [this] { on_settled_(std::exchange(new_relay_, false)); }};
}

void AgentServers::add(const IceServer& server) {
  // Without an address of its family, libnice would begin nothing and never say so.
  if (!(IpAddress::parse(server.host)->is_v6() ? has_v6_ : has_v4_)) return;
  if (server.kind == IceServerKind::kStun) {
    // It takes one.
    if (std::exchange(has_stun_, true)) return;
    g_object_set(agent_, "stun-server", server.host.c_str(), "stun-server-port", guint{server.port}, nullptr);
  } else if (relays_ < NICE_CANDIDATE_MAX_TURN_SERVERS) {
    ++relays_;
    new_relay_ = true;
    nice_agent_set_relay_info(agent_, stream_, NICE_COMPONENT_TYPE_RTP, server.host.c_str(), server.port,
                              server.username.c_str(), server.password.c_str(), relay_type(server.kind));
  }
}

}  // namespace sotto::transport
