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
// How fast a queue grows of which less was sent than the bottleneck gives, if it gives much less by now; and how much
// is lost, where there is no room for it to grow.
constexpr int kGrows = 10;  // by a tenth of the time
constexpr double kMuchLost = 0.1;
constexpr double kMuchLess = 0.8;
// A queue that is still there when it should be gone and be so much shorter belongs to somebody else.
constexpr Duration kBeyondGone = 50ms;
constexpr Duration kStands = 150ms;
constexpr Duration kMostOthers = 500ms;
// Beside somebody who fills the queue, delay says nothing. What is lost does: then it is less by so much, at most once
// in a round trip. In each round trip it is more by a part of a packet (RFC 5348's ratio of the two, for what TCP gets,
// is a quarter).
constexpr double kTooMuchLost = 0.05;
constexpr double kYield = 0.85;
constexpr DataSize kMorePerRoundTrip = DataSize::bytes(600);
constexpr Duration kLeastRoundTrip = 50ms;
// Whether it still is somebody else's is tried out now and then, and soon if more of it is there.
constexpr Duration kTestAfter = 10s;
constexpr Duration kTestSoonAfter = 2s;
constexpr Duration kGrown = 50ms;
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
  } else if (shares_queue()) {
    compete(path, now);
  } else if (congested(path)) {
    decrease(path, now);
  } else {
    increase(path, now);
  }
  last_round_ = now;
}

Duration RateControl::expected(const PathObservation& path) const {
  return Duration(static_cast<int64_t>(static_cast<double>(path.noise.count()) * kNoiseFactor)) + others_;
}

bool RateControl::shares_queue() const { return others_ > kLongestQueue; }

bool RateControl::congested(const PathObservation& path) const {
  const Duration noticeable = kNoticeableQueue + expected(path);
  if (path.delay_growing && path.latest_queue > noticeable && path.standing_queue > noticeable) return true;
  const Duration longest = kLongestQueue + expected(path);
  return path.standing_queue > longest && path.latest_queue > longest;
}

/// Goes on beside somebody who fills the queue.
void RateControl::compete(const PathObservation& path, Timestamp now) {
  const bool loses = path.lost - path.inherent_loss > kTooMuchLost;
  const bool grown = loses || path.standing_queue > others_ + kGrown;
  if (now - tested_ > (grown ? kTestSoonAfter : kTestAfter)) {
    others_ = {};
    decrease(path, now);
    set_target(std::min(target_, *capacity_ * kLeastDrainFactor));
    return;
  }
  forget_others(path, now);
  const Duration round_trip = std::max<Duration>(path.standing_queue + kLeastRoundTrip, path.round_trip_time);
  if (loses && now - yielded_ > 2 * round_trip) {
    yielded_ = now;
    set_target(target_ * kYield);
  } else if (!loses) {
    const DataRate more = DataRate::bps(kMorePerRoundTrip.bits() * 1'000'000 / round_trip.count());
    grow(path, target_ + more * (elapsed(now) / to_seconds(round_trip)));
  }
}

bool RateControl::gives_less(const PathObservation& path) const {
  const bool grows = path.latest_queue - queue_at_decrease_ > (path.newest_sent - decreased_) / kGrows;
  const bool loses = path.lost - path.inherent_loss > kMuchLost;
  const auto gives = capacity_from(path);
  return grows || (loses && gives && *gives < target_ * kMuchLess);
}

void RateControl::decrease(const PathObservation& path, Timestamp now) {
  capacity_ = capacity_from(path).value_or(target_);
  follow_capacity(path);
  draining_ = true;
  drained_ = {};
  shortest_ = Duration::max();
  decreased_ = now;
  calm_since_ = now;
}

void RateControl::follow_capacity(const PathObservation& path) {
  const double queue = to_seconds(std::max(path.latest_queue, path.standing_queue) - others_);
  const double factor = std::clamp(1 - queue / kDrainSeconds, kLeastDrainFactor, kMostDrainFactor);
  set_target(std::min(target_, *capacity_ * factor));
  queue_at_decrease_ = path.latest_queue;
}

void RateControl::drain(const PathObservation& path, Timestamp now) {
  if (std::min(path.latest_queue, path.standing_queue) <= kDrainedQueue + expected(path)) {
    resume(now);
    return;
  }
  if (path.newest_sent <= decreased_) {
    // What was sent before: it shows ever better what the bottleneck gives when asked for more.
    const auto gives = path.delivered_from_queue ? capacity_from(path) : std::nullopt;
    if (gives && *gives < *capacity_ * kMuchLess) capacity_ = gives;
    follow_capacity(path);
    return;
  }
  if (path.oldest_sent < decreased_) return;
  if (path.newest_sent > decreased_ + kEffectTime && gives_less(path)) {
    decrease(path, now);
    return;
  }
  drained_ += path.newest_sent - path.oldest_sent - path.sent / *capacity_;
  const Duration left = std::min(path.latest_queue, path.standing_queue);
  if (left < shortest_) {
    shortest_ = left;
    shortest_at_ = path.newest_sent;
  }
  const bool stands = path.newest_sent - shortest_at_ > kStands;
  if (stands && drained_ > queue_at_decrease_ - others_ + kBeyondGone && left > kLongestQueue + expected(path)) {
    others_ = std::min<Duration>(left, kMostOthers);
    tested_ = now;
    resume(now);
  }
}

void RateControl::resume(Timestamp now) {
  draining_ = false;
  calm_since_ = now;
  set_target(std::max(target_, *capacity_ * kResumeFactor));
}

double RateControl::elapsed(Timestamp now) const {
  return last_round_ ? std::min(to_seconds(now - *last_round_), kLongestStepSeconds) : 0;
}

void RateControl::forget_others(const PathObservation& path, Timestamp now) {
  if (path.standing_queue >= others_) return;
  const double forgetting = path.standing_queue < kHoldQueue ? kForgetsEmptyQueue : kForgetsQueue;
  others_ -=
      Duration(static_cast<int64_t>(to_seconds(others_ - path.standing_queue) * 1e6 * forgetting * elapsed(now)));
}

void RateControl::increase(const PathObservation& path, Timestamp now) {
  forget_others(path, now);
  const Duration above = path.standing_queue - (kHoldQueue + expected(path));
  if (above > Duration::zero()) {
    const DataRate trimmed = target_ * (1 - elapsed(now) * to_seconds(above) / kTrimSeconds);
    set_target(std::max(trimmed, std::min(target_, capacity_.value_or(DataRate()) * kLeastTrimmed)));
    return;
  }
  const double calm = to_seconds(now - calm_since_);
  const double growth =
      capacity_ ? std::min(kLeastGrowth * std::exp2(calm / kDoublingSeconds), kMostGrowth) : kUnknownGrowth;
  grow(path, target_ * (1 + growth * elapsed(now)));
}

void RateControl::grow(const PathObservation& path, DataRate target) {
  if (path.acknowledged) {
    const DataRate most = *path.acknowledged * (kMostOverAcknowledged / (1 - path.inherent_loss)) + kOverAcknowledged;
    target = std::min(target, std::max(most, target_));
  }
  set_target(target);
}

void RateControl::on_probe(DataRate rate, bool saturated, Timestamp now) {
  if (draining_ || shares_queue()) return;
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
