#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <utility>

#include <sotto/time.hpp>

namespace sotto::engine {

/// The date by which certificates and handshakes are judged: this machine's, put right by the server's where the two
/// differ by no more than a day (HANDSHAKE 2.5). Any thread.
class Calendar {
 public:
  explicit Calendar(std::function<WallTime()> clock = wall_now) : clock_(std::move(clock)) {}

  WallTime now() const { return clock_() + std::chrono::milliseconds(offset_ms_); }
  /// What the server's clock is ahead. Returns whether that makes a difference of more than a second to before.
  bool correct(Duration offset) {
    if (offset > kMaxCorrection || offset < -kMaxCorrection) offset = Duration{};
    const int64_t ms = std::chrono::duration_cast<std::chrono::milliseconds>(offset).count();
    const int64_t before = offset_ms_.exchange(ms);
    return std::max(ms, before) - std::min(ms, before) > 1000;
  }
  Duration offset() const { return std::chrono::milliseconds(offset_ms_); }

 private:
  static constexpr Duration kMaxCorrection = std::chrono::hours(24);

  std::function<WallTime()> clock_;
  std::atomic<int64_t> offset_ms_ = 0;
};

}  // namespace sotto::engine
