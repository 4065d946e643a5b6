#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <optional>

#include "signaling/server/device_address.hpp"
#include "signaling/server/limits.hpp"
#include "signaling/server/network_prefix.hpp"

namespace sotto::signaling {

/// Which connections there is room for (HANDSHAKE 6.4). Who has signed in stays; of the others, the oldest make room
/// for new ones: a connection that is meant to be used signs in within a second. One thread.
class Admission {
 public:
  struct Decision {
    bool admitted = false;
    std::optional<LinkId> closes;  ///< This one goes for it.
  };

  explicit Admission(const ServerLimits& limits) : limits_(limits) {}

  /// A new connection. Ids grow.
  Decision admit(LinkId link, const NetworkPrefix& prefix);
  void on_signed_in(LinkId link);
  void on_closed(LinkId link);

  size_t links() const { return links_.size(); }
  size_t unauthenticated() const { return waiting_.size(); }

 private:
  using Waiting = std::list<LinkId>;  // oldest first
  struct Link {
    NetworkPrefix prefix;
    bool waits = true;
    Waiting::iterator place{};            // in waiting_
    Waiting::iterator place_in_prefix{};  // in by_prefix_
  };

  void stop_waiting(Link& link);

  const ServerLimits limits_;
  std::map<LinkId, Link> links_;
  Waiting waiting_;
  std::map<NetworkPrefix, Waiting> by_prefix_;
};

}  // namespace sotto::signaling
