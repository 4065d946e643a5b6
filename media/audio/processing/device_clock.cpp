#include "media/audio/processing/device_clock.hpp"

#include <algorithm>
#include <cmath>

namespace sotto::media {
namespace {

constexpr Duration kBlockTime = 10ms;
constexpr Duration kLeastHole = 100ms;

// Of half a second's blocks at least one is handed over without delay, however busy the machine.
constexpr int64_t kBlocksInSpan = 50;
constexpr size_t kLeastSpans = 3;

}  // namespace

void DeviceClock::begin(Timestamp when) {
  first_ = when;
  blocks_ = 0;
  closed_ = 0;
}

Duration DeviceClock::on_block(Timestamp when) {
  if (!first_) begin(when);
  const Duration late = when - *first_ - blocks_ * kBlockTime;
  // How late the blocks of this clock are by its rate alone is known from the spans; a hole is what is beyond that.
  const Duration usual =
      closed_ > 0 ? Duration(static_cast<int64_t>(1e6 * spans_[(closed_ - 1) % kSpans].earliest)) : Duration::zero();
  const Duration hole = late - usual;
  if (hole >= kLeastHole || hole <= -kLeastHole) {
    begin(when);
    blocks_ = 1;
    earliest_ = Duration::zero();
    return std::max(hole, Duration::zero());
  }
  const int64_t in_span = blocks_ % kBlocksInSpan;
  earliest_ = in_span == 0 ? late : std::min(earliest_, late);
  ++blocks_;
  if (in_span == kBlocksInSpan - 1) close_span();
  return Duration::zero();
}

void DeviceClock::close_span() {
  const double middle = to_seconds((blocks_ - kBlocksInSpan / 2) * kBlockTime);
  spans_[closed_ % kSpans] = {middle, to_seconds(earliest_)};
  ++closed_;
}

std::optional<DeviceClock::Rate> DeviceClock::rate() const {
  const size_t count = std::min(closed_, kSpans);
  if (count < kLeastSpans) return std::nullopt;
  // A straight line through the spans, by least squares: lateness that grows is a clock that is slow.
  double x = 0, y = 0;
  for (size_t i = 0; i < count; ++i) x += spans_[i].middle, y += spans_[i].earliest;
  x /= static_cast<double>(count), y /= static_cast<double>(count);
  double xx = 0, xy = 0, yy = 0;
  for (size_t i = 0; i < count; ++i) {
    const double dx = spans_[i].middle - x, dy = spans_[i].earliest - y;
    xx += dx * dx, xy += dx * dy, yy += dy * dy;
  }
  const double slope = xy / xx;
  const double residual = std::max(yy - slope * xy, 0.0) / static_cast<double>(count - 2);
  return Rate{-1e6 * slope, 1e6 * std::sqrt(residual / xx)};
}

}  // namespace sotto::media
