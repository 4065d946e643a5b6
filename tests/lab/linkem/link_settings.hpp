#pragma once

#include <string_view>

namespace sotto::lab {

enum class JitterShape {
  kUniform,      ///< up to `jitter` more or less
  kNormal,       ///< `jitter` is the standard deviation
  kExponential,  ///< `jitter` is the mean of what comes on top
};

/// What one direction of the link does to packets. Times in seconds, rates in bits a second, probabilities 0 to 1.
struct LinkSettings {
  double delay = 0;
  double jitter = 0;  ///< a packet is never early: delay and jitter together are 0 at least
  JitterShape jitter_shape = JitterShape::kUniform;
  bool reorder = false;          ///< whether jitter lets a packet overtake an earlier one
  double loss = 0;               ///< independent
  double burst_loss = 0;         ///< Gilbert-Elliott: the share that is lost
  double mean_burst_length = 1;  ///< and how many packets are lost in a row, on average
  double duplication = 0;
  double rate = 0;             ///< 0: as fast as packets come
  double queue_time = 0;       ///< drop-tail, as time at the rate of now; 0: no bound
  double queue_bytes = 0;      ///< the same in bytes
  double blackout_until = -1;  ///< what arrives before that is dropped
  double hold_until = -1;      ///< nothing is delivered before that
};

/// Changes `settings` as "key=value,key=value" says; README.md lists the keys. `now`: where blackout and hold begin.
/// Throws std::invalid_argument, with what is wrong, and changes nothing then.
void apply(std::string_view text, double now, LinkSettings& settings);

}  // namespace sotto::lab
