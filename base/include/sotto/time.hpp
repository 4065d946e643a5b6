#pragma once

#include <chrono>

namespace sotto {

using namespace std::chrono_literals;

/// A length of time in microseconds.
using Duration = std::chrono::microseconds;

/// A moment of CLOCK_MONOTONIC in microseconds. Protocol and media logic never reads a clock: it is told the time.
using Timestamp = std::chrono::time_point<std::chrono::steady_clock, Duration>;

/// A moment of the calendar in milliseconds since 1970 (UTC): for certificates and NTP stamps only.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// `duration` in milliseconds, with its fraction.
constexpr double to_milliseconds(Duration duration) { return static_cast<double>(duration.count()) / 1000.0; }

/// `duration` in seconds, with its fraction.
constexpr double to_seconds(Duration duration) { return static_cast<double>(duration.count()) / 1e6; }

/// The monotonic clock now. Only for the edges: threads, sockets, devices, tools.
inline Timestamp monotonic_now() { return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()); }

/// The calendar now. Only for the edges.
inline WallTime wall_now() {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace sotto
