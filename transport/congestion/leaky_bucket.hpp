#pragma once

#include <algorithm>

#include "base/assert.hpp"
#include "base/units.hpp"

namespace sotto::transport {

/// A bucket that leaks at `rate` and holds what leaks in `depth`: something may be poured in as long as it is not full,
/// so that it overflows by at most one packet.
class LeakyBucket {
 public:
  LeakyBucket(DataRate rate, Duration depth) : rate_(rate), depth_(depth) { SOTTO_ASSERT(rate.bps() > 0); }

  DataRate rate() const { return rate_; }
  /// What is in the bucket stays in it.
  void set_rate(DataRate rate, Timestamp now) {
    SOTTO_ASSERT(rate.bps() > 0);
    if (rate == rate_) return;
    if (empty_at_ > now) empty_at_ = now + (rate_ * (empty_at_ - now)) / rate;
    rate_ = rate;
  }

  void set_depth(Duration depth) { depth_ = depth; }

  bool has_room(Timestamp now) const { return empty_at_ <= now + depth_; }
  void pour(DataSize size, Timestamp now) { empty_at_ = std::max(empty_at_, now) + size / rate_; }
  /// When there will be room again: not after now if there is.
  Timestamp room_at() const { return empty_at_ - depth_; }

 private:
  DataRate rate_;
  Duration depth_;
  Timestamp empty_at_;
};

}  // namespace sotto::transport
