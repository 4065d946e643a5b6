#include "transport/congestion/bottleneck_rate.hpp"

#include <algorithm>

namespace sotto::transport {
namespace {

// Fewer packets, or less time, say too little.
constexpr int kLeastPackets = 4;
constexpr Duration kLeastBusy = 30ms;

}  // namespace

void BottleneckRate::on_arrival(Duration arrival, Duration waited, DataSize size) {
  const Duration since = last_ ? std::max(arrival - *last_, Duration::zero()) : Duration::max();
  last_ = std::max(arrival, last_.value_or(arrival));
  if (waited <= noise_ || waited < since) return;
  ++packets_;
  size_ += size;
  busy_ += since;
}

std::optional<DataRate> BottleneckRate::rate() const {
  if (packets_ < kLeastPackets || busy_ < kLeastBusy) return std::nullopt;
  return DataRate::bps(size_.bits() * 1'000'000 / busy_.count());
}

}  // namespace sotto::transport
