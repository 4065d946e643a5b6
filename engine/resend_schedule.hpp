#pragma once

#include <algorithm>
#include <optional>

#include <sotto/time.hpp>

namespace sotto::engine {

/// When call messages that nobody has acknowledged go out again: soon on the warm path, where a lost accept would cost
/// the call its first second; seldom through signalling, which is reliable by itself.
class ResendSchedule {
 public:
  struct Due {
    bool on_path = false;
    bool through_signaling = false;
  };

  /// A message has gone out at `now`.
  void on_sent(Timestamp now, Duration round_trip_time) {
    path_interval_ = std::clamp<Duration>(round_trip_time * 3 / 2, kMinPathInterval, kMaxPathInterval);
    path_at_ = now + path_interval_;
    path_tries_ = 0;
    if (!signaling_at_) signaling_at_ = now + kSignalingInterval;
  }
  /// Everything is acknowledged.
  void clear() {
    path_at_.reset();
    signaling_at_.reset();
  }
  std::optional<Timestamp> next_deadline() const {
    if (path_at_ && signaling_at_) return std::min(*path_at_, *signaling_at_);
    return path_at_ ? path_at_ : signaling_at_;
  }
  Due on_deadline(Timestamp now) {
    Due due;
    if (path_at_ && now >= *path_at_) {
      due.on_path = true;
      path_interval_ = std::min<Duration>(path_interval_ * 2, kMaxPathInterval);
      path_at_ = now + path_interval_;
      if (++path_tries_ >= kMaxPathTries) path_at_.reset();
    }
    if (signaling_at_ && now >= *signaling_at_) {
      due.through_signaling = true;
      signaling_at_ = now + kSignalingInterval;
    }
    return due;
  }

 private:
  static constexpr Duration kMinPathInterval = 40ms;
  static constexpr Duration kMaxPathInterval = 1s;
  static constexpr int kMaxPathTries = 10;
  static constexpr Duration kSignalingInterval = 2s;

  Duration path_interval_ = kMinPathInterval;
  int path_tries_ = 0;
  std::optional<Timestamp> path_at_;
  std::optional<Timestamp> signaling_at_;
};

}  // namespace sotto::engine
