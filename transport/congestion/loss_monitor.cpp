#include "transport/congestion/loss_monitor.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace sotto::transport {
namespace {

// An observation is long enough for a part of five per cent to be seen.
constexpr double kLeastPackets = 40;
// What a test finds is held for long, so it takes longer, and the longer the fewer bursts make up the losses.
constexpr double kLeastTestPackets = 100;
// Twice as long if it is only a doubt: nothing is in a hurry, and an error costs as much.
constexpr double kLeastDoubtPackets = 200;
constexpr double kLongestBurst = 5;
constexpr Duration kLeastTime = 300ms;
// Losses in a row for longer than this are an outage: they say nothing about rates.
constexpr Duration kOutage = 200ms;
// A queue below this is none.
constexpr Duration kNoQueue = 30ms;
constexpr double kForgetting = 0.3;
constexpr double kMostInherent = 0.5;  // beyond it there is no call
// What is looked into: this much more than the link is known for, and more than chance explains.
constexpr double kSuspiciousExcess = 0.04;
constexpr double kDeviations = 2.5;
// Where so little is sent, most of it is sound, and there is no less to be sent.
constexpr double kLeastTested = 300'000;  // bits per second
// What a call begins with, until more has been tried out.
constexpr double kBeginning = 800'000;
// What is sent for the test: so much, or so much of what got through, if that is less. What was our doing is gone then.
constexpr double kTestRate = 0.7;
constexpr double kTestOfArrived = 0.9;
constexpr double kLessEnough = 0.9;
constexpr int kMostTests = 3;
constexpr double kDoubtful = 0.1;
constexpr Duration kSureFor = 15s;  // at least; twice as long each time that it is found to be so
constexpr Duration kSureFromTheBeginning = 30s;
constexpr Duration kLongestSureFor = 120s;
// Loss that is still so large a part of what it was has not gone.
constexpr double kAsMuch = 0.7;
constexpr int kPersistent = 3;  // observations in a row
// What is kept of what came through when it was our doing.
constexpr double kKept = 0.95;
// How fast the limit gives way again.
constexpr double kGrowthPerSecond = 0.15;

}  // namespace

void LossMonitor::on_feedback(std::span<const PacketResult> results, Duration queue, Timestamp now) {
  current_.queued = current_.queued || queue > kNoQueue;
  size_t i = 0;
  while (i < results.size()) {
    // A run of losses ends before the next arrival.
    size_t end = i;
    while (end < results.size() && !results[end].arrival) ++end;
    const bool outage = end > i && results[end - 1].packet.sent - results[i].packet.sent > kOutage;
    if (end > i && !outage) ++current_.bursts;
    for (; i < end; ++i) {
      if (!outage) count(results[i]);
    }
    if (i < results.size()) count(results[i++]);
  }
  if (complete()) judge(now);
}

std::optional<DataRate> LossMonitor::limit(Timestamp now) const {
  if (!limit_ || suspect_) return limit_;
  return *limit_ * (1 + kGrowthPerSecond * to_seconds(now - limited_since_));
}

void LossMonitor::count(const PacketResult& result) {
  if (result.was_missing) {
    current_.lost = std::max<int64_t>(current_.lost - 1, 0);
    return;
  }
  if (suspect_ && result.packet.sent < test_from_) return;
  if (current_.packets++ == 0) current_.first_sent = result.packet.sent;
  current_.last_sent = std::max(current_.last_sent, result.packet.sent);
  current_.size += result.packet.size;
  current_.lost += result.arrival ? 0 : 1;
}

void LossMonitor::Observation::join(const Observation& before) {
  packets += before.packets;
  lost += before.lost;
  bursts += before.bursts;
  size += before.size;
  first_sent = before.first_sent;
}

bool LossMonitor::complete() const {
  const double test = doubting_ ? kLeastDoubtPackets : kLeastTestPackets;
  const double least = suspect_ ? test * std::min(suspect_->burst_length(), kLongestBurst) : kLeastPackets;
  return static_cast<double>(current_.packets) >= least && current_.last_sent - current_.first_sent >= kLeastTime;
}

void LossMonitor::judge(Timestamp now) {
  const Observation seen = std::exchange(current_, Observation());
  if (suspect_) {
    compare(seen, now);
  } else {
    watch(seen, now);
  }
}

void LossMonitor::watch(const Observation& seen, Timestamp now) {
  if (seen.queued) return;
  if (limit_) {
    watch_limit(seen, now);
    return;
  }
  const double excess = seen.part() - inherent_;
  if (std::exchange(first_, false) && seen.rate() < kBeginning) {
    // Hardly any link carries less, and at so little a test would take seconds. Should it be wrong, that is found out
    // when more is sent, or looked into later.
    set_inherent(excess);
    test_from_ = now;
    sure_for_ = kSureFromTheBeginning;
    return;
  }
  const bool testable = seen.rate() > kLeastTested;
  const bool suspicious = testable && excess > kSuspiciousExcess + kDeviations * deviation(seen);
  const bool doubtful = testable && is_doubtful(now);
  if (doubtful || (suspicious && alarm_)) {
    suspect_ = seen;
    doubting_ = doubtful && !suspicious;
    // What it has been says more than what it happens to be in this one.
    if (doubting_) suspect_->lost = std::lround(inherent_ * static_cast<double>(seen.packets));
    if (suspicious && alarm_) suspect_->join(*alarm_);
    own_ = doubtful ? 0 : inherent_;
    tests_ = 0;
    test(now);
  } else if (!suspicious) {
    set_inherent(inherent_ + kForgetting * excess);
  }
  alarm_ = suspicious && !suspect_ ? std::optional(seen) : std::nullopt;
}

/// So much loss is rare. If a test was wrong about it, as chance may have it, or if it has grown bit by bit, it should
/// not stay so.
bool LossMonitor::is_doubtful(Timestamp now) const { return inherent_ > kDoubtful && now - test_from_ > sure_for_; }

/// The limit gives way bit by bit, so that loss comes back bit by bit, if it does: none of it may pass for the link's.
void LossMonitor::watch_limit(const Observation& seen, Timestamp now) {
  if (seen.part() - inherent_ <= kSuspiciousExcess + deviation(seen)) {
    persistent_ = 0;
    if (*limit(now) > limit_until_) limit_.reset();
  } else if (seen.rate() > kLeastTested &&
             (seen.rate() >= lossy_.rate() * kLessEnough || seen.part() < lossy_.part() * kAsMuch)) {
    set_limit(seen, now);
  } else if (++persistent_ == kPersistent) {
    set_inherent(seen.part());  // The rate did not matter after all.
    limit_.reset();
  }
}

void LossMonitor::set_inherent(double part) { inherent_ = std::clamp(part, 0.0, kMostInherent); }

void LossMonitor::set_limit(const Observation& seen, Timestamp now) {
  limit_ = DataRate::bps(static_cast<int64_t>(seen.rate() * (1 - seen.part()) / (1 - inherent_) * kKept));
  limited_since_ = now;
  lossy_ = seen;
  persistent_ = 0;
}

void LossMonitor::test(Timestamp now) {
  ++tests_;
  test_from_ = now;
  const double test_rate = std::min(kTestRate, kTestOfArrived * (1 - suspect_->part()));
  limit_ = DataRate::bps(static_cast<int64_t>(suspect_->rate() * test_rate));
}

void LossMonitor::compare(const Observation& seen, Timestamp now) {
  const double less = seen.rate() / suspect_->rate();
  if (less > kLessEnough && tests_ < kMostTests) {
    test(now);  // What waited to be sent did not let the rate fall.
    return;
  }
  const Observation before = *std::exchange(suspect_, std::nullopt);
  // If the bottleneck let through what it could, this part of the smaller rate is above it. Where no less can be sent,
  // as little is left to sound alone, no less could be obeyed.
  const double if_ours = std::max(own_, 1 - (1 - before.part()) / less);
  if (less > kLessEnough || seen.part() > (before.part() + if_ours) / 2) {
    set_inherent(static_cast<double>(before.lost + seen.lost) / static_cast<double>(before.packets + seen.packets));
    limit_.reset();
    sure_for_ = std::min<Duration>(2 * sure_for_, kLongestSureFor);
    return;
  }
  sure_for_ = kSureFor;
  set_inherent(std::min(inherent_, seen.part()));
  set_limit(before, now);
  limit_until_ = DataRate::bps(static_cast<int64_t>(before.rate()));
}

double LossMonitor::deviation(const Observation& seen) {
  // Losses in bursts are fewer events than they are packets.
  const double part = std::max(seen.part(), 0.01);
  return std::sqrt(part * (1 - part) * seen.burst_length() / static_cast<double>(seen.packets));
}

}  // namespace sotto::transport
