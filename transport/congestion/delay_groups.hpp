#pragma once

#include <optional>

#include "transport/congestion/bandwidth_estimator.hpp"

namespace sotto::transport {

/// Packets that left together.
struct DelayGroup {
  Timestamp sent{};    ///< the first of them
  Duration arrival{};  ///< the last of them, by the receiver's clock
  /// The least that one of them took. Between clocks that do not agree: only differences mean something.
  Duration delay{};
};

/// Puts packets that left within 5 ms into one group, and takes the least delay among them for the group's: that is
/// what the queue was before the group came, which it does not change itself, and what reordering does not touch.
class DelayGroups {
 public:
  /// Takes an arrival. Returns the group before it, when this one begins the next.
  std::optional<DelayGroup> on_arrival(const SentPacket& packet, Duration arrival);

 private:
  std::optional<DelayGroup> current_;
};

}  // namespace sotto::transport
