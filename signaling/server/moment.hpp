#pragma once

#include <sotto/time.hpp>

namespace sotto::signaling {

/// Now, by both clocks: deadlines and rates go by the monotonic one, dates in records by the calendar.
struct Moment {
  Timestamp time;
  WallTime date;
};

}  // namespace sotto::signaling
