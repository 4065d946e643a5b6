#pragma once

#include <functional>
#include <memory>

#include <sotto/engine.hpp>

#include "base/bytes.hpp"

namespace sotto::engine {

/// What tests and checks from outside may change; an application gets the defaults.
struct InternalOptions {
  /// Called with each encoded payload before it is encrypted, so that a check can look for it on the wire. Any thread.
  std::function<void(ByteView payload)> payload_probe;
  /// Silence of the other side that ends a call.
  Duration peer_gone_after = 30s;
};

/// As Engine::create.
Result<std::unique_ptr<Engine>> create_engine(EngineOptions options, InternalOptions internal);

}  // namespace sotto::engine
