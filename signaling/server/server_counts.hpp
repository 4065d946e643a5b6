#pragma once

#include <array>
#include <cstdint>

#include "signaling/server/link_end.hpp"

namespace sotto::signaling {

/// What the server has done since it started: sums alone, which say nothing about anybody.
struct ServerCounts {
  uint64_t connections = 0;
  uint64_t turned_away = 0;  ///< Connections that there was no room for.
  uint64_t sign_ins = 0;
  uint64_t registrations = 0;
  uint64_t blobs = 0;
  uint64_t rate_limited = 0;
  uint64_t storage_failures = 0;
  std::array<uint64_t, kLinkEnds> ended{};
};

}  // namespace sotto::signaling
