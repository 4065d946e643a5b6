#pragma once

#include <optional>

#include "base/units.hpp"

namespace sotto::transport {

/// What the bottleneck gives to us: how fast packets came while there was always one that waited.
///
/// A packet that waited for longer than since the one before it came was there already when that one left: all that
/// time the bottleneck was busy with it, or with somebody else's. Only such times count, so that neither a pause of the
/// sender nor a queue that comes and goes makes the bottleneck look smaller than it is.
class BottleneckRate {
 public:
  /// Waits up to `noise` are none.
  explicit BottleneckRate(Duration noise) : noise_(noise) {}

  /// Takes an arrival, by the receiver's clock, and how long it waited in the queue.
  void on_arrival(Duration arrival, Duration waited, DataSize size);

  /// Of what comes in between nothing is known: that time says nothing.
  void on_gap() { last_.reset(); }

  /// Nothing if the bottleneck was not busy for long enough.
  std::optional<DataRate> rate() const;

 private:
  Duration noise_;
  std::optional<Duration> last_;
  int packets_ = 0;
  DataSize size_;
  Duration busy_{};
};

}  // namespace sotto::transport
