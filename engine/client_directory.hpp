#pragma once

#include <memory>

#include <sotto/engine.hpp>

#include "engine/directory.hpp"
#include "signaling/identity/identity_keeper.hpp"

namespace sotto::engine {

/// A sotto server, as the options name it: the channel that carries envelopes, and its directory.
struct ServerLink {
  std::shared_ptr<SignalingChannel> channel;
  std::shared_ptr<Directory> directory;
};

/// kInvalidArgument if an address in the options is none. Connects when the channel is started.
Result<ServerLink> link_to_server(const EngineOptions& options, std::shared_ptr<signaling::IdentityKeeper> identity);

}  // namespace sotto::engine
