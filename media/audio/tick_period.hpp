#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include <sotto/time.hpp>

namespace sotto::media {

/// How long it is between the moments at which a sound card asks for sound. Many ask for two blocks or ten at once, and
/// then sleep as long; what they need next, they need that much earlier or later, and nothing in between.
class TickPeriod {
 public:
  /// It asks for a block of 10 ms.
  void on_tick(Timestamp now) {
    if (!last_ || now < *last_ || now - *last_ >= kStoodStill) {
      last_ = now;
      return;
    }
    const Duration gap = now - *last_;
    if (gap < kAtOnce) return;
    last_ = now;
    // Weighed by their length, gaps of a few late threads hardly count beside all others.
    const auto length = static_cast<double>(gap.count());
    squares_ += kNews * (length * length - squares_);
    lengths_ += kNews * (length - lengths_);
  }

  /// In whole blocks, one at least: what threads are late by is no period.
  Duration get() const {
    const auto mean = lengths_ > 0 ? Duration(static_cast<int64_t>(squares_ / lengths_)) : kBlock;
    return std::max((mean + kBlock / 2) / kBlock * kBlock, kBlock);
  }

 private:
  static constexpr Duration kBlock = 10ms;
  static constexpr Duration kAtOnce = 2ms;        // as close to each other as this, two ticks are one
  static constexpr Duration kStoodStill = 500ms;  // no card's period is so long
  static constexpr double kNews = 0.02;           // of each gap: half a second of ticks of 10 ms

  std::optional<Timestamp> last_;
  double squares_ = 0, lengths_ = 0;  // means
};

}  // namespace sotto::media
