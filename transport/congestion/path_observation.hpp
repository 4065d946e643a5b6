#pragma once

#include <optional>

#include "base/units.hpp"

namespace sotto::transport {

/// What is known about the path after a round of feedback.
struct PathObservation {
  bool delay_growing = false;
  Duration standing_queue{};               ///< smoothed
  Duration latest_queue{};                 ///< of the last round
  Duration noise{};                        ///< by how much it changes though no queue does
  Timestamp oldest_sent{};                 ///< when the oldest packet left that this round tells of
  Timestamp newest_sent{};                 ///< and the newest
  DataSize sent{};                         ///< all the packets that it tells of
  double lost = 0;                         ///< the part of them that did not arrive
  std::optional<DataRate> delivered{};     ///< over the last moments: while there is a queue, what the bottleneck gives
  bool delivered_from_queue = false;       ///< There was one all the time that this was measured.
  std::optional<DataRate> acknowledged{};  ///< over the last second
  double inherent_loss = 0;                ///< what the link loses by itself, whatever the rate
  Duration round_trip_time{};
  /// Next to nothing was sent of late, for want of news: what left since `newest_sent`. Absent otherwise.
  std::optional<DataSize> sent_since{};
};

}  // namespace sotto::transport
