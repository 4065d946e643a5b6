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
};

/// Additive increase, multiplicative decrease, with a memory for what the bottleneck gave.
///
/// It grows slowly near that and faster the longer nothing happens; a queue that grows or stands is drained at once, at
/// a rate that depends on its length, and then the rate goes back to just below what the bottleneck gave: the queue is
/// short and the link is used. A queue that is still there when so little was sent for so long that it would be gone is
/// not ours: beside somebody who fills the queue, the rate follows what is lost, as theirs does.
class RateControl {
 public:
  RateControl(DataRate start, DataRate least, DataRate most);

  void on_round(const PathObservation& path, Timestamp now);
  /// A probe has shown that so much gets through, and, if `saturated`, that no more does. It never lowers the target.
  void on_probe(DataRate rate, bool saturated, Timestamp now);
  /// Nothing has been heard for long.
  void on_silence(Timestamp now);

  DataRate target() const { return target_; }
  bool draining() const { return draining_; }
  /// Whether there is a queue of somebody else's.
  bool shares_queue() const;
  /// Since when neither a queue nor silence has lowered the target.
  Timestamp calm_since() const { return calm_since_; }

 private:
  /// The standing queue that is there though nothing is wrong.
  Duration expected(const PathObservation& path) const;
  bool congested(const PathObservation& path) const;
  /// Whether the bottleneck gives even less than it did when the drain began.
  bool gives_less(const PathObservation& path) const;
  void compete(const PathObservation& path, Timestamp now);
  void decrease(const PathObservation& path, Timestamp now);
  void follow_capacity(const PathObservation& path);
  void drain(const PathObservation& path, Timestamp now);
  void resume(Timestamp now);
  void increase(const PathObservation& path, Timestamp now);
  void grow(const PathObservation& path, DataRate target);
  void forget_others(const PathObservation& path, Timestamp now);
  double elapsed(Timestamp now) const;  // seconds since the last round
  void set_target(DataRate target);

  DataRate least_;
  DataRate most_;
  DataRate target_;
  std::optional<DataRate> capacity_;  // what the bottleneck gave when it was last full
  Duration others_{};                 // of a standing queue, what is not ours
  Timestamp tested_{};                // when that was last found to be so
  Timestamp yielded_{};               // when less was sent because of what was lost beside others
  bool draining_ = false;
  Timestamp decreased_{};
  Duration queue_at_decrease_{};
  Duration shortest_{};      // that the queue was since then
  Timestamp shortest_at_{};  // for packets that left then
  Duration drained_{};       // by how much the queue should be shorter, if it is ours
  Timestamp calm_since_{};
  std::optional<Timestamp> last_round_;
};

}  // namespace sotto::transport
