#pragma once

#include <cstddef>

namespace sotto::transport {

/// The part of groups of `packets` with `sums` (FecCode) from which something stays missing on a path that loses the
/// part `loss` of all packets, each for itself. An estimate: up to twice what it is, and too low where much is
/// lost.
double unsolved_part(size_t packets, int sums, double loss);

/// The fewest sums with which no more than the part `doubt` of groups stays unsolved; FecCode::kMostSums if that is too
/// few.
int sums_needed(size_t packets, double loss, double doubt);

}  // namespace sotto::transport
