#include "transport/congestion/rate_control.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

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
// By what was sent, not by what was seen: what the bottleneck dropped of it is not known yet, so that it is less.
constexpr Duration kNearlyGone = 200ms;
// All of that on top of the jitter that there always is.
constexpr double kNoiseFactor = 1.5;
// The queue is to be gone after about this time, though something is always sent.
constexpr double kDrainSeconds = 0.4;
constexpr double kLeastDrainFactor = 0.5;
constexpr double kMostDrainFactor = 0.8;
// Where the rate goes on after that, of what the bottleneck gave.
constexpr double kResumeFactor = 0.96;
// What is sent so long after a decrease has found the queue shorter, if it is ours.
constexpr Duration kEffectTime = 100ms;
// How fast a queue grows of which less was sent than the bottleneck gives, if it gives much less by now; and how much
// is lost, where there is no room for it to grow.
constexpr int kGrows = 10;  // by a tenth of the time
constexpr double kMuchLost = 0.1;
constexpr double kFarLess = 0.6;
constexpr int kMostDecreases = 3;
// So much less than was thought, it has become slower since.
constexpr double kMuchLess = 0.8;
// Beside somebody who fills the queue, delay says nothing, but what is lost does: then the rate is less by so much, at
// most once in two round trips; otherwise more by so much of a packet in each. Measured beside the model of TCP Reno in
// tests/simulation/media: with 1000 bytes it gets a half of the link where queues are short, a third where they are
// long.
constexpr double kTooMuchLost = 0.05;
constexpr double kYield = 0.85;
constexpr DataSize kMorePerRoundTrip = DataSize::bytes(1000);
constexpr Duration kLeastRoundTrip = 50ms;
// Whether it is still somebody else's is tried out now and then, and soon if there is more of it or if it overflows.
constexpr Duration kTestAfter = 10s;
constexpr Duration kTestIfLost = 2s;
constexpr Duration kTestIfGrown = 1s;
constexpr Duration kGrown = 50ms;
// And for so long after that, what looks like a queue of ours is drained as if it was in doubt.
constexpr Duration kDoubtful = 20s;
// Others are gone when there was no queue for so long.
constexpr Duration kAlone = 3s;
// The growth in a second: at first, and at last. It doubles each kDoubling without congestion.
constexpr double kLeastGrowth = 0.03;
constexpr double kMostGrowth = 0.25;
constexpr double kUnknownGrowth = 0.5;  // while no bottleneck was met
constexpr double kDoublingSeconds = 2;
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
  if (restarted_ && path.newest_sent < *restarted_) {
    // Old news, which says no more than what the bottleneck gave; less than a probe has shown since.
    if (path.delivered_from_queue && capacity_) restart(path, now);
  } else if (draining_) {
    drain(path, now);
  } else if (shares_queue()) {
    compete(path, now);
  } else if (congested(path)) {
    decreases_ = 0;
    before_test_ = {};
    decrease(path, now);
  } else {
    increase(path, now);
  }
  last_round_ = now;
}

Duration RateControl::jitter(const PathObservation& path) {
  return Duration(static_cast<int64_t>(static_cast<double>(path.noise.count()) * kNoiseFactor));
}

bool RateControl::congested(const PathObservation& path) const {
  const Duration noticeable = kNoticeableQueue + jitter(path);
  if (path.delay_growing && path.latest_queue > noticeable && path.standing_queue > noticeable) return true;
  const Duration longest = kLongestQueue + jitter(path);
  return path.standing_queue > longest && path.latest_queue > longest;
}

void RateControl::decrease(const PathObservation& path, Timestamp now) {
  set_capacity(capacity_from(path).value_or(target_));
  capacity_from_queue_ = path.delivered_from_queue;
  if (is_drained_by_now(path, now)) {
    restarted_ = now;
    restart(path, now);
    return;
  }
  draining_ = true;
  ++decreases_;
  watch_.begin(path.latest_queue, now);
  follow_capacity(path);
  calm_since_ = now;
}

/// Whether the queue that this round tells of is gone, by how little was sent since.
bool RateControl::is_drained_by_now(const PathObservation& path, Timestamp now) const {
  if (!path.sent_since || !capacity_from_queue_) return false;
  return path.latest_queue + *path.sent_since / *capacity_ <= now - path.newest_sent + kNearlyGone;
}

/// Goes on right below what the bottleneck gives, without a drain.
void RateControl::restart(const PathObservation& path, Timestamp now) {
  set_capacity(capacity_from(path).value_or(*capacity_));
  calm_since_ = now;
  set_target(*capacity_ * kResumeFactor);
}

void RateControl::follow_capacity(const PathObservation& path) {
  const double queue = to_seconds(std::max(path.latest_queue, path.standing_queue));
  // Where others were lately, the sooner it is known whose it is the better.
  const bool doubtful = tested_ && watch_.since() - *tested_ < kDoubtful;
  const double factor =
      doubtful ? kLeastDrainFactor : std::clamp(1 - queue / kDrainSeconds, kLeastDrainFactor, kMostDrainFactor);
  set_target(std::min(target_, *capacity_ * factor));
}

void RateControl::drain(const PathObservation& path, Timestamp now) {
  if (std::min(path.latest_queue, path.standing_queue) <= kDrainedQueue + jitter(path)) {
    if (watch_.explains_end()) crowded_.reset();
    resume(now);
    return;
  }
  if (path.newest_sent <= watch_.since()) {
    // What was sent before: it shows ever better what the bottleneck gives when asked for more.
    const auto gives = path.delivered_from_queue ? capacity_from(path) : std::nullopt;
    if (gives && (*gives < *capacity_ * kMuchLess || !capacity_from_queue_)) {
      set_capacity(*gives);
      // What was taken for it before may have been anything.
      if (!std::exchange(capacity_from_queue_, true)) set_target(*capacity_);
    }
    if (is_drained_by_now(path, now)) {
      draining_ = false;
      restarted_ = now;
      restart(path, now);
      return;
    }
    follow_capacity(path);
    watch_.on_longer_queue(path.latest_queue);
    return;
  }
  if (path.oldest_sent < watch_.since()) return;
  const bool less = path.newest_sent > watch_.since() + kEffectTime && gives_less(path);
  if (less && decreases_ < kMostDecreases) {
    decrease(path, now);
    return;
  }
  watch_.on_round(path, *capacity_);
  // The less is sent the less comes through: somebody takes what is left.
  if (!less && !watch_.belongs_to_others()) return;
  // On a link that has become slower, each packet takes longer, queue or not.
  if (path.standing_queue > kLongestQueue + jitter(path)) {
    crowded_ = tested_ = now;
    queue_when_tested_ = path.standing_queue;
  }
  resume(now);
  set_target(std::max(target_, before_test_));
}

/// Whether the bottleneck gives even less than it did when the drain began.
bool RateControl::gives_less(const PathObservation& path) const {
  const bool grows = path.latest_queue - watch_.queue_before() > (path.newest_sent - watch_.since()) / kGrows;
  const bool loses = path.lost - path.inherent_loss > kMuchLost;
  const auto gives = capacity_from(path);
  return grows || (loses && gives && *gives < target_ * kFarLess);
}

void RateControl::resume(Timestamp now) {
  draining_ = false;
  calm_since_ = now;
  set_target(std::max(target_, *capacity_ * kResumeFactor));
}

/// Goes on beside somebody who fills the queue.
void RateControl::compete(const PathObservation& path, Timestamp now) {
  if (path.standing_queue > kNoticeableQueue + jitter(path)) crowded_ = now;
  if (now - *crowded_ > kAlone) {
    crowded_.reset();
    calm_since_ = now;
    return;
  }
  const bool loses = path.lost - path.inherent_loss > kTooMuchLost;
  if (wants_test(path, now)) {
    tested_ = now;
    decreases_ = 0;
    before_test_ = loses ? target_ * kYield : target_;
    decrease(path, now);
    return;
  }
  const Duration round_trip = std::max<Duration>(path.standing_queue + kLeastRoundTrip, path.round_trip_time);
  if (loses && now - yielded_ > 2 * round_trip) {
    yielded_ = now;
    set_target(target_ * kYield);
  } else if (!loses) {
    const DataRate more = DataRate::bps(kMorePerRoundTrip.bits() * 1'000'000 / round_trip.count());
    grow(path, target_ + more * (elapsed(now) / to_seconds(round_trip)));
  }
}

bool RateControl::wants_test(const PathObservation& path, Timestamp now) const {
  if (path.standing_queue <= kLongestQueue + jitter(path)) return false;
  const Duration since = now - *tested_;
  if (path.standing_queue > queue_when_tested_ + kGrown) return since > kTestIfGrown;
  return since > (path.lost - path.inherent_loss > kTooMuchLost ? kTestIfLost : kTestAfter);
}

double RateControl::elapsed(Timestamp now) const {
  return last_round_ ? std::min(to_seconds(now - *last_round_), kLongestStepSeconds) : 0;
}

void RateControl::increase(const PathObservation& path, Timestamp now) {
  const Duration above = path.standing_queue - (kHoldQueue + jitter(path));
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
  if (saturated && !capacity_) set_capacity(rate);
  if (rate <= target_) return;
  set_target(rate);
  capacity_ = saturated ? std::optional(rate) : std::nullopt;
  calm_since_ = now;
}

void RateControl::on_silence(Timestamp now) {
  set_target(target_ * kSilenceFactor);
  calm_since_ = now;
}

void RateControl::set_capacity(DataRate capacity) { capacity_ = std::max(capacity, least_); }

void RateControl::set_target(DataRate target) { target_ = std::clamp(target, least_, most_); }

}  // namespace sotto::transport
