#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/units.hpp"

namespace sotto::transport {

/// How much of the delay is a queue that stands: one that is there even when it is shortest.
///
/// The least delay of each round of feedback has neither the queue that a single picture makes for a moment nor most of
/// the jitter in it. Smoothed, it is held against its own minimum over ten seconds, which is the path with an empty
/// queue, and with whatever jitter it always has.
class StandingQueue {
 public:
  /// Takes the least delay of a round, which ended at `now`.
  void on_round(Duration least_delay, Timestamp now);

  /// Smoothed: what is there for good.
  Duration smoothed() const { return smoothed_ ? *smoothed_ - base() : Duration(); }
  /// How much the least delay changes from one round to the next, on average, but for what goes on steadily: jitter
  /// that is no queue.
  Duration noise() const { return noise_; }
  /// What a packet waits that took `delay`, not smoothed.
  Duration of(Duration delay) const { return smoothed_ ? std::max(delay - base(), Duration::zero()) : Duration(); }
  /// As the last round saw it.
  Duration latest() const { return of(latest_); }

 private:
  static constexpr size_t kBuckets = 10;  // of a second each

  Duration base() const { return *std::min_element(least_.begin(), least_.end()); }

  std::optional<Duration> smoothed_;
  Duration latest_{};
  Duration last_change_{};
  Duration noise_ = 10ms;  // until more is known
  int rounds_ = 0;
  std::array<Duration, kBuckets> least_{};
  int64_t newest_bucket_ = 0;
};

}  // namespace sotto::transport
