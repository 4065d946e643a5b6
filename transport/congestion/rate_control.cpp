#include "transport/congestion/rate_control.hpp"

#include <algorithm>
#include <cmath>

namespace sotto::transport {
namespace {

// A queue that stands this long is drained; one that grows, from the second on.
constexpr Duration kLongestQueue = 25ms;
constexpr Duration kNoticeableQueue = 4ms;
// Nothing is added while this much stands.
constexpr Duration kHoldQueue = 4ms;
// Above that a little is taken away: so much longer, and all of it would be gone in a second.
constexpr double kTrimSeconds = 0.2;
constexpr double kLeastTrimmed = 0.85;  // of what the bottleneck gave
constexpr Duration kDrainedQueue = 4ms;
// All of that on top of the jitter that there always is.
constexpr double kNoiseFactor = 1.5;
// The queue is to be gone after about this time, though something is always sent.
constexpr double kDrainSeconds = 0.4;
constexpr double kLeastDrainFactor = 0.5;
constexpr double kMostDrainFactor = 0.9;
// Where the rate goes on after that, of what the bottleneck gave.
constexpr double kResumeFactor = 0.96;
// What is sent so long after a decrease has found the queue shorter, if it is ours.
constexpr Duration kEffectTime = 100ms;
// A queue that has not gone after so long, though less was sent, belongs to somebody else.
constexpr Duration kLongestDrain = 1500ms;
constexpr double kMuchLess = 0.8;
constexpr Duration kMostExtra = 300ms;
// How much of the difference is forgotten in a second, when that queue is shorter, and when it is gone.
constexpr double kForgetsQueue = 0.1;
constexpr double kForgetsEmptyQueue = 1;
// The growth in a second: at first, and at last. It doubles each kDoubling without congestion.
constexpr double kLeastGrowth = 0.04;
constexpr double kMostGrowth = 0.25;
constexpr double kUnknownGrowth = 0.5;  // while no bottleneck was met
constexpr double kDoublingSeconds = 1.5;
constexpr double kLongestStepSeconds = 0.25;
// libwebrtc's aimd_rate_control: what was not tried is not known.
constexpr double kMostOverAcknowledged = 1.5;
constexpr DataRate kOverAcknowledged = DataRate::kbps(10);
// libwebrtc's send_side_bandwidth_estimation.
constexpr double kSilenceFactor = 0.8;

/// What the bottleneck gives: what got through, and what was lost behind it.
std::optional<DataRate> capacity_from(const PathObservation& path) {
  if (!path.delivered) return std::nullopt;
  return *path.delivered * (1 / (1 - path.inherent_loss));
}

}  // namespace

RateControl::RateControl(DataRate start, DataRate least, DataRate most)
    : least_(least), most_(most), target_(std::clamp(start, least, most)) {}

void RateControl::on_round(const PathObservation& path, Timestamp now) {
  if (!last_round_) calm_since_ = now;
  if (draining_) {
    drain(path, now);
  } else if (congested(path)) {
    drain_since_ = now;
    decrease(path, now);
    asked_too_much_of_ = *capacity_;
  } else {
    increase(path, now);
  }
  last_round_ = now;
}

Duration RateControl::expected(const PathObservation& path) const {
  return Duration(static_cast<int64_t>(static_cast<double>(path.noise.count()) * kNoiseFactor)) + extra_;
}

bool RateControl::congested(const PathObservation& path) const {
  const Duration noticeable = kNoticeableQueue + expected(path);
  if (path.delay_growing && path.latest_queue > noticeable && path.standing_queue > noticeable) return true;
  const Duration longest = kLongestQueue + expected(path);
  return path.standing_queue > longest && path.latest_queue > longest;
}

void RateControl::decrease(const PathObservation& path, Timestamp now) {
  capacity_ = capacity_from(path).value_or(target_);
  follow_capacity(path);
  draining_ = true;
  decreased_ = now;
  calm_since_ = now;
}

void RateControl::follow_capacity(const PathObservation& path) {
  const double queue = to_seconds(std::max(path.latest_queue, path.standing_queue) - extra_);
  const double factor = std::clamp(1 - queue / kDrainSeconds, kLeastDrainFactor, kMostDrainFactor);
  set_target(std::min(target_, *capacity_ * factor));
  queue_at_decrease_ = path.latest_queue;
}

void RateControl::drain(const PathObservation& path, Timestamp now) {
  if (std::min(path.latest_queue, path.standing_queue) <= kDrainedQueue + expected(path)) {
    resume(now);
    return;
  }
  const bool sent_less = path.acknowledged && *path.acknowledged < asked_too_much_of_ * kMuchLess;
  const bool stays = path.latest_queue > queue_at_decrease_ * 3 / 5;
  if (sent_less && stays && now - drain_since_ > kLongestDrain + path.round_trip_time) {
    extra_ = std::min<Duration>(std::max(path.standing_queue, path.latest_queue), kMostExtra);
    resume(now);
    return;
  }
  if (path.newest_sent <= decreased_) {
    // What was sent before: it shows ever better what the bottleneck gives when asked for more.
    const auto gives = path.delivered_from_queue ? capacity_from(path) : std::nullopt;
    if (gives && *gives < *capacity_ * kMuchLess) {
      capacity_ = gives;
      asked_too_much_of_ = *gives;
    }
    follow_capacity(path);
  } else if (path.newest_sent > decreased_ + kEffectTime && path.latest_queue >= queue_at_decrease_) {
    decrease(path, now);
  }
}

void RateControl::resume(Timestamp now) {
  draining_ = false;
  calm_since_ = now;
  set_target(std::max(target_, *capacity_ * kResumeFactor));
}

void RateControl::increase(const PathObservation& path, Timestamp now) {
  const double elapsed = last_round_ ? std::min(to_seconds(now - *last_round_), kLongestStepSeconds) : 0;
  if (path.standing_queue < extra_) {
    const double forgetting = path.standing_queue < kHoldQueue ? kForgetsEmptyQueue : kForgetsQueue;
    extra_ -= Duration(static_cast<int64_t>(to_seconds(extra_ - path.standing_queue) * 1e6 * forgetting * elapsed));
  }
  const Duration above = path.standing_queue - (kHoldQueue + expected(path));
  if (above > Duration::zero()) {
    const DataRate trimmed = target_ * (1 - elapsed * to_seconds(above) / kTrimSeconds);
    set_target(std::max(trimmed, std::min(target_, capacity_.value_or(DataRate()) * kLeastTrimmed)));
    return;
  }
  const double calm = to_seconds(now - calm_since_);
  const double growth =
      capacity_ ? std::min(kLeastGrowth * std::exp2(calm / kDoublingSeconds), kMostGrowth) : kUnknownGrowth;
  DataRate grown = target_ * (1 + growth * elapsed);
  if (path.acknowledged) {
    const DataRate most = *path.acknowledged * (kMostOverAcknowledged / (1 - path.inherent_loss)) + kOverAcknowledged;
    grown = std::min(grown, std::max(most, target_));
  }
  set_target(grown);
}

void RateControl::on_probe(DataRate rate, bool saturated, Timestamp now) {
  if (draining_) return;
  if (saturated && !capacity_) capacity_ = rate;
  if (rate <= target_) return;
  set_target(rate);
  capacity_ = saturated ? std::optional(rate) : std::nullopt;
  calm_since_ = now;
}

void RateControl::on_silence(Timestamp now) {
  set_target(target_ * kSilenceFactor);
  calm_since_ = now;
}

void RateControl::set_target(DataRate target) { target_ = std::clamp(target, least_, most_); }

}  // namespace sotto::transport
