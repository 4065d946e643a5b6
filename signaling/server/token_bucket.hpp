#pragma once

#include <algorithm>
#include <cmath>

#include <sotto/time.hpp>

namespace sotto::signaling {

/// How often something may happen: `burst` times at once, and over time `burst` times in each `period`.
struct Rate {
  double burst = 1;
  Duration period = 1s;
};

/// A token bucket, full when it is new. 16 bytes: there is one for each limit of each account.
class TokenBucket {
 public:
  /// Takes `cost` tokens if they are there.
  bool take(const Rate& rate, Timestamp now, double cost = 1) {
    used_ = used_at(rate, now);
    since_ = now;
    if (used_ + cost > rate.burst) return false;
    used_ += cost;
    return true;
  }
  /// How long until `cost` tokens are there.
  Duration wait(const Rate& rate, Timestamp now, double cost = 1) const {
    const double missing = std::max(0.0, used_at(rate, now) + cost - rate.burst);
    // Rounded up: whoever waits that long gets them.
    return Duration(
        static_cast<Duration::rep>(std::ceil(missing / rate.burst * static_cast<double>(rate.period.count()))));
  }

 private:
  double used_at(const Rate& rate, Timestamp now) const {
    const double passed = static_cast<double>((now - since_).count()) / static_cast<double>(rate.period.count());
    return std::max(0.0, used_ - rate.burst * passed);
  }

  double used_ = 0;
  Timestamp since_;
};

}  // namespace sotto::signaling
