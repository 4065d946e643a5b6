#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include <sotto/time.hpp>

#include "transport/congestion/bandwidth_estimator.hpp"

namespace sotto::transport {

/// Decides how many sums of packets go with the packets of video (RFC 5109), by what was lost lately.
///
/// A sum repairs a picture before it is late, a retransmission a round trip after. Where a round trip is short there is
/// little to win; where it is so long that each retransmission is a picture that stands still, sums have to do it all.
/// Until something is known a little loss is expected: the first pictures decide how a call begins.
class ProtectionControl {
 public:
  /// What the peer told anew, of packets of any kind.
  void on_feedback(std::span<const PacketResult> results);

  /// The part of packets that is lost on the way to the peer.
  double loss() const { return lost_ / packets_; }

  /// Sums per packet of video.
  double sums_per_packet(std::optional<Duration> round_trip_time) const;

  /// The fewest sums for a group of so many packets, whatever is due by sums_per_packet().
  int least_sums(size_t packets, std::optional<Duration> round_trip_time) const;

 private:
  // Counts that fade: what happened lately.
  double packets_ = 100;
  double lost_ = 2;
};

}  // namespace sotto::transport
