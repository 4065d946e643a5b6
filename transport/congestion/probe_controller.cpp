#include "transport/congestion/probe_controller.hpp"

#include <algorithm>
#include <utility>

namespace sotto::transport {
namespace {

// The first picture, as fast as a path may be for us that carries all that is wanted. At the rate that a call begins
// with, libvpx makes 5 to 13 kB of one of 1280x720.
constexpr double kFirstFactor = 2;
constexpr DataSize kFirstSize = DataSize::bytes(16'000);
// If that told nothing.
constexpr double kFallbackFactor = 3;
// What told nothing is tried again so many times.
constexpr int kMostRepeats = 3;
// So many are sent where many are lost, so that enough come.
constexpr double kMuchLost = 0.1;
constexpr int kPacketsIfLost = 7;
// Where this much more is lost than the link always loses, there is no room for it.
constexpr double kLostInVain = 0.2;
constexpr double kOnFactor = 2;
constexpr double kGoOnAbove = 0.7;  // of the rate that was probed for, all libwebrtc's probe_controller
constexpr Duration kLongestWait = 1s;
constexpr Duration kProbeTime = 15ms;
constexpr DataSize kLeastSize = DataSize::bytes(1200);
// After a drop, and in general.
constexpr double kRememberedFactor = 0.85;
constexpr double kDropWorthProbing = 0.66;
constexpr Duration kCalmAfterDrop = 500ms;
constexpr Duration kPeriod = 2s;
constexpr double kPeriodicFactor = 2;

}  // namespace

ProbeController::ProbeController(DataRate start, DataRate most) : start_(start), most_(most) {}

std::optional<ProbeCluster> ProbeController::take(DataRate target, std::optional<Timestamp> calm_since, double own_loss,
                                                  Timestamp now) {
  own_loss_ = own_loss;
  if (last_id_ == 0) return make(most_ * kFirstFactor, false, now);
  if (waiting_ && now - last_probe_ < kLongestWait) return std::nullopt;
  if (waiting_) repeat();
  if (target >= most_ || !calm_since) return std::nullopt;
  if (next_) return make(*std::exchange(next_, std::nullopt), true, now);
  if (remembered_ && now - *calm_since >= kCalmAfterDrop) {
    const DataRate before = *std::exchange(remembered_, std::nullopt);
    if (target < before * kDropWorthProbing) return make(before * kRememberedFactor, true, now);
  }
  if (now - std::max(*calm_since, last_probe_) >= kPeriod) return make(target * kPeriodicFactor, true, now);
  return std::nullopt;
}

void ProbeController::on_result(const ProbeResult& result) {
  if (result.id != last_id_) return;
  waiting_ = false;
  if (!result.rate && (result.lost <= own_loss_ + kLostInVain || last_id_ == 1)) repeat();
  if (!result.rate) return;
  repeats_ = 0;
  // The first one may have met jitter or chance: it is always looked beyond.
  if (last_id_ == 1 || (!result.saturated && *result.rate >= last_rate_ * kGoOnAbove)) {
    next_ = *result.rate * kOnFactor;
  }
}

/// Chance lost too much of the probe, or of what was told about it.
void ProbeController::repeat() {
  waiting_ = false;
  if (last_id_ == 1) {
    next_ = start_ * kFallbackFactor;
  } else if (repeats_ < kMostRepeats) {
    ++repeats_;
    next_ = last_rate_;
  } else {
    repeats_ = 0;
  }
}

void ProbeController::on_drop(DataRate before) { remembered_ = std::max(before, remembered_.value_or(DataRate())); }

ProbeCluster ProbeController::make(DataRate rate, bool padded, Timestamp now) {
  last_rate_ = std::min(rate, most_ * kFirstFactor);
  last_probe_ = now;
  waiting_ = true;
  return {.id = ++last_id_,
          .rate = last_rate_,
          .size = padded ? std::max(last_rate_ * kProbeTime, kLeastSize) : kFirstSize,
          .packets = own_loss_ > kMuchLost ? kPacketsIfLost : ProbeCluster().packets,
          .padded = padded};
}

}  // namespace sotto::transport
