#pragma once

#include <functional>
#include <string>

#include <nlohmann/json.hpp>

#include <sotto/result.hpp>
#include <sotto/time.hpp>

#include "tools/demo/peer_process.hpp"
#include "tools/harness/interruption.hpp"

namespace sotto::tools {

/// Stands between two peers: carries their signalling and waits for what they say. One thread, which must be in one of
/// the methods for signalling to flow.
class Switchboard {
 public:
  /// An interruption is a failure too.
  Switchboard(PeerProcess& a, PeerProcess& b, const Interruption& interruption)
      : a_(a), b_(b), interruption_(interruption) {}

  /// The next event of this kind from `peer` (one of the two). Fails if either peer fails, or after `patience`.
  Result<nlohmann::json> wait_for(PeerProcess& peer, const std::string& event, Duration patience);

  /// Only carries signalling until `time`. Fails if either peer fails.
  Result<void> run_until(Timestamp time);

 private:
  /// Serves both once, for no longer than until `time`.
  Result<void> serve(Timestamp time);

  PeerProcess& a_;
  PeerProcess& b_;
  const Interruption& interruption_;
};

}  // namespace sotto::tools
