#pragma once

#include <optional>

#include "transport/congestion/drain_watch.hpp"
#include "transport/congestion/path_observation.hpp"

namespace sotto::transport {

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
  bool shares_queue() const { return crowded_.has_value(); }
  /// Since when neither a queue nor silence has lowered the target.
  Timestamp calm_since() const { return calm_since_; }

 private:
  /// What looks like a standing queue, and is jitter.
  static Duration jitter(const PathObservation& path);
  bool congested(const PathObservation& path) const;
  bool gives_less(const PathObservation& path) const;
  void compete(const PathObservation& path, Timestamp now);
  bool wants_test(const PathObservation& path, Timestamp now) const;
  void decrease(const PathObservation& path, Timestamp now);
  bool is_drained_by_now(const PathObservation& path, Timestamp now) const;
  void restart(const PathObservation& path, Timestamp now);
  void follow_capacity(const PathObservation& path);
  void drain(const PathObservation& path, Timestamp now);
  void resume(Timestamp now);
  void increase(const PathObservation& path, Timestamp now);
  void grow(const PathObservation& path, DataRate target);
  double elapsed(Timestamp now) const;  // seconds since the last round
  void set_capacity(DataRate capacity);
  void set_target(DataRate target);

  DataRate least_;
  DataRate most_;
  DataRate target_;
  std::optional<DataRate> capacity_;    // what the bottleneck gave when it was last full
  bool capacity_from_queue_ = false;    // there was a queue all the time that it was measured
  std::optional<Timestamp> restarted_;  // after a queue that was gone when it was told of
  bool draining_ = false;
  int decreases_ = 0;                   // in a row, since it began
  DrainWatch watch_;                    // over that
  std::optional<Timestamp> crowded_{};  // when there was last a queue of others; nothing if there are none
  std::optional<Timestamp> tested_;     // when it was last tried out whether there are
  Duration queue_when_tested_{};
  DataRate before_test_{};  // where it goes on if so
  Timestamp yielded_{};     // when less was sent because of what was lost beside others
  Timestamp calm_since_{};
  std::optional<Timestamp> last_round_;
};

}  // namespace sotto::transport
