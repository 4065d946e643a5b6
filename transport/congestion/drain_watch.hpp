#pragma once

#include "transport/congestion/path_observation.hpp"

namespace sotto::transport {

/// Watches a queue while less is sent than the bottleneck gives, and tells whose it is.
///
/// By how much a queue of ours gets shorter is known: it is what the bottleneck gives, less what was sent. One that is
/// still there when ours would be gone belongs to somebody else; so does one that goes for no reason of ours.
class DrainWatch {
 public:
  /// Less is sent from `now` on, because of a queue of this length.
  void begin(Duration queue, Timestamp now);
  /// What was sent before `now`, and is told of only now, has seen a queue of this length.
  void on_longer_queue(Duration queue) { queue_ = queue; }
  /// Takes a round about what was sent since, through a bottleneck that gives `capacity`.
  void on_round(const PathObservation& path, DataRate capacity);

  Timestamp since() const { return since_; }
  Duration queue_before() const { return queue_; }
  /// Whether the queue stands though ours would be gone.
  bool belongs_to_others() const;
  /// Whether what was sent explains that it is gone.
  bool explains_end() const { return drained_ > queue_ / 2; }

 private:
  Timestamp since_{};
  Duration queue_{};
  Duration drained_{};   // by how much ours is shorter
  Duration shortest_{};  // that it was
  Timestamp shortest_at_{};
  Timestamp newest_{};
};

}  // namespace sotto::transport
