#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include <sotto/time.hpp>

#include "base/units.hpp"

namespace sotto::simulation {

/// One network of the sweep: where it stands on the axes, and its profile.
struct SweepCell {
  std::string family;  ///< which part of the sweep it belongs to
  DataRate rate;       ///< of the link; of one that changes: the mean of what a call could use
  double loss = 0;     ///< part of all packets
  Duration round_trip{};
  Duration queue{};
  std::string network;  ///< see parse_link_profile
};

/// What a call made of it, after its first ten seconds.
struct SweepFigures {
  double use = 0;  ///< part of what the link carries or the call wants, whichever is less
  Duration queue_p95{};
  Duration sound_late_p95{};  ///< beyond the link's own delay: what the sound waits for
  Duration picture_p95{};     ///< from capture to show
  double pictures_per_second = 0;
  double frozen = 0;  ///< part of the time
};

/// All networks of the sweep, about 700; or a coarse choice of them that still has every family.
std::vector<SweepCell> sweep_cells(bool coarse);
SweepFigures measure(const SweepCell& cell, uint64_t seed);
/// Which rules this network has broken, in words; empty if none. They are those that hold on every network whose loss,
/// rate and jitter are not extreme.
std::vector<std::string> broken_rules(const SweepCell& cell, const SweepFigures& figures);
/// A line for each cell, under a head.
void write_head(std::FILE* file);
void write_row(std::FILE* file, const SweepCell& cell, const SweepFigures& figures, bool broken);

}  // namespace sotto::simulation
