#pragma once

#include <algorithm>

#include <sotto/time.hpp>

namespace sotto::transport {

/// How long after its first sending a packet is kept to be sent again, and so how long it makes sense to ask for it:
/// three round trips, but a second at the least.
constexpr Duration recovery_window(Duration round_trip_time) { return std::max<Duration>(1s, 3 * round_trip_time); }

}  // namespace sotto::transport
