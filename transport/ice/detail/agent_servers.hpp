#pragma once

#include <nice/agent.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "transport/ice/detail/server_lookup.hpp"
#include "transport/ice/ice_agent.hpp"

namespace sotto::transport {

/// The STUN and TURN servers of one agent. Those that the options give by address are libnice's at once. Names are
/// looked up here, because what libnice begins for a name outlives the agent. A TURN server that is found late still
/// gives its candidates; libnice takes no STUN server once it gathers, so that gathering waits for one, for a moment.
/// One thread, that of the context.
class AgentServers {
 public:
  /// `on_settled` is called when a name was found or given up, with whether libnice has a new TURN server by it. From
  /// later turns of `context`; it may not destroy this.
  AgentServers(NiceAgent* agent, guint stream, GMainContext* context, const IceOptions& options,
               const std::vector<IpAddress>& local_addresses, std::function<void(bool new_relay)> on_settled);
  AgentServers(const AgentServers&) = delete;
  AgentServers& operator=(const AgentServers&) = delete;

  bool gathering_may_begin() const { return !stun_lookup_ || stun_lookup_->done(); }
  /// Whether no more server will come.
  bool complete() const { return gathering_may_begin() && (!relay_lookup_ || relay_lookup_->done()); }
  /// Names whose address nobody knew, or not in time.
  uint64_t unresolved() const { return unresolved_; }

 private:
  void add(const IceServer& server);
  ServerLookup::Callbacks callbacks();

  NiceAgent* const agent_;
  const guint stream_;
  const std::function<void(bool new_relay)> on_settled_;
  bool has_v4_ = false;
  bool has_v6_ = false;
  bool has_stun_ = false;
  int relays_ = 0;
  bool new_relay_ = false;
  uint64_t unresolved_ = 0;
  std::optional<ServerLookup> stun_lookup_;
  std::optional<ServerLookup> relay_lookup_;
};

}  // namespace sotto::transport
