#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <sotto/time.hpp>

namespace sotto::tools {

/// A network on which set-up is measured.
struct SetupCell {
  double loss = 0;  ///< part of the packets, each way; links to the server lose as much, and repeat it
  Duration round_trip{};
};

/// How long one call took to get where it wanted, in round trips; nothing if it did not within a minute.
struct SetupTimes {
  std::optional<double> ringing;  ///< from the dial until the caller learns that it rings
  std::optional<double> warm;     ///< from the dial until both have path and media keys
  std::optional<double> media;    ///< from the accept until both hear and see the other
};

/// Makes one call in virtual time, in which the callee accepts three seconds after it began to ring.
SetupTimes measure_setup(const SetupCell& cell, uint64_t seed);

/// SetupPercentiles of many; nothing if too many never got there.
struct SetupPercentiles {
  std::optional<double> p50;
  std::optional<double> p99;
};
struct SetupSummary {
  SetupCell cell;
  size_t calls = 0;
  size_t failed = 0;  ///< in which one of the three did not happen
  SetupPercentiles ringing{};
  SetupPercentiles warm{};
  SetupPercentiles media{};
};

SetupSummary summarize(const SetupCell& cell, const std::vector<SetupTimes>& calls);

}  // namespace sotto::tools
