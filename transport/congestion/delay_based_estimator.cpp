#include "transport/congestion/delay_based_estimator.hpp"

#include <algorithm>
#include <utility>

namespace sotto::transport {
namespace {

constexpr Duration kFirstRoundTrip = 100ms;
// About so many packets say how much is lost: a tenth of a second's.
constexpr double kLossMemory = 50;
// What the bottleneck gives now, and what got through of late.
constexpr Duration kShortWindow = 150ms;
constexpr Duration kLongWindow = 1s;
// Packets that waited longer than this, beyond the usual jitter, were in a queue.
constexpr Duration kQueued = 8ms;
// Feedback comes each 100 to 250 ms. If none comes on what was sent, the way there or back may be full: less is sent
// until it does.
constexpr Duration kOverdue = 300ms;
constexpr Duration kOverdueStep = 100ms;
constexpr double kOverdueFactor = 0.6;
constexpr double kLeastOverdueFactor = 0.25;
// What comes in suddenly late has passed through a link that is often the same. With feedback missing as well, nothing
// that can wait is sent until there is some: each tenth of a second at the old rate could be a second of queue.
constexpr Duration kOverdueIfLate = 130ms;
constexpr Duration kWaitForNews = 300ms;
// A leap of the delay within one feedback: what came before it says nothing about now.
constexpr Duration kLeap = 40ms;
constexpr size_t kFewLate = 2;
// An outage is no congestion, but who hears nothing for so long should not go on as before.
constexpr Duration kSilence = 2s;
constexpr Duration kSilenceStep = 1s;

}  // namespace

DelayBasedEstimator::DelayBasedEstimator(const EstimatorLimits& limits)
    : limits_(limits),
      probes_(limits.start, limits.most),
      control_(limits.start, limits.least, limits.most),
      target_(control_.target()),
      round_trip_time_(kFirstRoundTrip) {}

void DelayBasedEstimator::on_sent(const SentPacket& packet) {
  probe_meter_.on_sent(packet);
  newest_sent_ = packet.sent;
  sent_.add(packet.size, packet.sent);
  if (!unheard_since_) expect_feedback_on(packet.sent);
}

void DelayBasedEstimator::expect_feedback_on(Timestamp sent) {
  unheard_since_ = sent;
  next_step_ = sent + expected_round_trip() + kOverdue;
}

/// What is told while a queue is known to be there waits in it.
Duration DelayBasedEstimator::expected_round_trip() const {
  return control_.draining() || waited_ ? std::max(round_trip_time_, latest_round_trip_) : round_trip_time_;
}

void DelayBasedEstimator::on_feedback(std::span<const PacketResult> results, Timestamp now) {
  if (results.empty()) return;
  // Feedback that only tells of long ago has itself waited in a queue.
  const Timestamp newest = results.back().packet.sent;
  latest_round_trip_ = now - newest;
  if (!unheard_since_ || newest >= *unheard_since_) {
    unheard_since_.reset();
    if (newest < newest_sent_) expect_feedback_on(newest);
  }
  take_rounds(results, now);
  if ((!unheard_since_ || now < next_step_) && !(waits_for_news_ && is_old_news(newest))) {
    overdue_limit_.reset();
    waits_for_news_ = false;
  }
  take_probe_result(now);
  update_target(now);
}

/// Feedback on a moment at which the path became slower is two rounds: the least delay of all of it would hide that.
void DelayBasedEstimator::take_rounds(std::span<const PacketResult> results, Timestamp now) {
  const std::span<const PacketResult> before = before_leap(results);
  take_round(before, now);
  if (before.size() < results.size()) take_round(results.subspan(before.size()), now);
}

std::span<const PacketResult> DelayBasedEstimator::before_leap(std::span<const PacketResult> results) const {
  const Duration leap = kLeap + 2 * queue_.noise();
  size_t late = 0;
  size_t before = results.size();
  for (size_t i = results.size(); i-- > 0;) {
    if (!results[i].arrival) continue;
    if (queue_.of(*results[i].arrival - results[i].packet.sent.time_since_epoch()) <= leap) break;
    ++late;
    before = i;
  }
  const bool all_before = late < kFewLate || before == 0 || queue_.latest() > leap;
  return all_before ? results : results.first(before);
}

/// Whether what is told about packets up to `newest` does not say yet what the path is like by now.
bool DelayBasedEstimator::is_old_news(Timestamp newest) const {
  if (queue_.latest() <= kLeap + 2 * queue_.noise()) return newest < *late_since_ - round_trip_time_ / 2;
  return !given_;
}

void DelayBasedEstimator::take_round(std::span<const PacketResult> results, Timestamp now) {
  std::optional<Duration> least_delay;
  std::optional<Timestamp> oldest_sent;
  Timestamp newest_sent{};
  DataSize sent;
  double lost = 0;
  for (const PacketResult& result : results) {
    probe_meter_.on_result(result);
    if (result.packet.sequence != last_told_ + 1) bottleneck_.on_gap();
    last_told_ = result.packet.sequence;
    if (oldest_sent) sent += result.packet.size;
    oldest_sent = std::min(oldest_sent.value_or(result.packet.sent), result.packet.sent);
    newest_sent = std::max(newest_sent, result.packet.sent);
    lost += result.arrival ? 0 : 1;
    if (result.packet.probe == 0 && !result.was_missing) {
      constexpr double kKept = 1 - 1 / kLossMemory;
      counted_ = counted_ * kKept + 1;
      lost_ = lost_ * kKept + (result.arrival ? 0 : 1);
    }
    if (!result.arrival) continue;
    acknowledged_.on_arrival(*result.arrival, result.packet.size);
    const Duration delay = *result.arrival - result.packet.sent.time_since_epoch();
    least_delay = std::min(least_delay.value_or(delay), delay);
    bottleneck_.on_arrival(*result.arrival, queue_.of(delay), result.packet.size);
    if (const auto group = groups_.on_arrival(result.packet, *result.arrival)) trend_.on_group(*group);
  }
  if (least_delay) queue_.on_round(*least_delay, now);
  loss_.on_feedback(results, queue_.latest(), now);
  if (!least_delay) return;
  const auto delivered = at_least_given(bottleneck_.rate());
  if (delivered || queue_.latest() <= kQueued) bottleneck_ = BottleneckRate(kQueued + queue_.noise());
  const DataRate before = control_.target();
  control_.on_round({.delay_growing = trend_.growing(),
                     .standing_queue = queue_.smoothed(),
                     .latest_queue = queue_.latest(),
                     .noise = queue_.noise(),
                     .oldest_sent = *oldest_sent,
                     .newest_sent = newest_sent,
                     .sent = sent,
                     .lost = lost / static_cast<double>(results.size()),
                     .delivered = delivered ? delivered : acknowledged_.over(kShortWindow),
                     .delivered_from_queue = delivered.has_value(),
                     .acknowledged = acknowledged_.over(kLongWindow),
                     .inherent_loss = loss_.inherent(),
                     .round_trip_time = round_trip_time_,
                     .sent_since = waited_ ? std::optional(sent_.since(newest_sent)) : std::nullopt},
                    now);
  if (control_.target() < before) probes_.on_drop(before);
}

/// Jitter makes one round look longer and the next one shorter: the smaller of both is safe to send at, and where less
/// is given than before it is seen at once.
std::optional<DataRate> DelayBasedEstimator::at_least_given(std::optional<DataRate> rate) {
  const auto before = std::exchange(given_, rate);
  return rate && before ? std::min(*rate, *before) : rate;
}

void DelayBasedEstimator::take_probe_result(Timestamp now) {
  const auto result = probe_meter_.take_result();
  if (!result) return;
  probes_.on_result(*result);
  if (result->rate) control_.on_probe(*result->rate, result->saturated, now);
}

double DelayBasedEstimator::usual_loss() const { return std::max(loss_.inherent(), lost_ / counted_); }

void DelayBasedEstimator::update_target(Timestamp now) {
  target_ = control_.target();
  if (const auto limit = loss_.limit(now)) target_ = std::min(*limit, target_);
  if (overdue_limit_) target_ = std::max(std::min(*overdue_limit_, target_), limits_.least);
}

void DelayBasedEstimator::on_round_trip_time(Duration round_trip_time, Timestamp) {
  round_trip_time_ = round_trip_time;
}

void DelayBasedEstimator::on_incoming_late(Timestamp now) {
  if (!incoming_is_late(now)) {
    late_since_ = now;
    waited_ = false;
  }
  last_late_ = now;
  if (!unheard_since_ || waited_) return;
  next_step_ = std::min(next_step_, *unheard_since_ + round_trip_time_ + kOverdueIfLate);
}

std::optional<Timestamp> DelayBasedEstimator::next_deadline() const {
  if (!unheard_since_) return std::nullopt;
  return next_step_;
}

void DelayBasedEstimator::on_deadline(Timestamp now) {
  if (!unheard_since_ || now < next_step_) return;
  if (incoming_is_late(now) && !waited_ && !overdue_limit_) {
    waits_for_news_ = waited_ = true;
    overdue_limit_ = limits_.least;
    next_step_ = now + kWaitForNews;
  } else {
    waits_for_news_ = false;
    overdue_limit_ =
        std::max(overdue_limit_.value_or(target_) * kOverdueFactor, control_.target() * kLeastOverdueFactor);
    next_step_ = now + kOverdueStep;
  }
  if (now - *unheard_since_ >= kSilence) {
    next_step_ = now + kSilenceStep;
    probes_.on_drop(control_.target());
    control_.on_silence(now);
  }
  update_target(now);
}

std::optional<ProbeCluster> DelayBasedEstimator::take_probe(Timestamp now) {
  const bool calm = !control_.draining() && !control_.shares_queue() && !loss_.limit(now) && !overdue_limit_;
  return probes_.take(control_.target(), calm ? std::optional(control_.calm_since()) : std::nullopt, usual_loss(), now);
}

}  // namespace sotto::transport
