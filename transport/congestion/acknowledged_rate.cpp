#include "transport/congestion/acknowledged_rate.hpp"

#include <algorithm>
#include <utility>

namespace sotto::transport {
namespace {

constexpr size_t kLeastPackets = 10;
constexpr Duration kOldest = 5s;
// A receiver that says that its clock went back by more than packets ever change places by has begun anew.
constexpr Duration kMostReordering = 2s;

}  // namespace

void AcknowledgedRate::on_arrival(Duration arrival, DataSize size) {
  if (count_ > 0 && (arrival < at(0).time - kMostReordering || arrival > at(0).time + kOldest)) count_ = 0;
  at(kCapacity - 1) = {.time = arrival, .size = size};
  next_ = (next_ + 1) % kCapacity;
  count_ = std::min(count_ + 1, kCapacity);
  for (size_t age = 0; age + 1 < count_ && at(age).time < at(age + 1).time; ++age) std::swap(at(age), at(age + 1));
}

std::optional<DataRate> AcknowledgedRate::over(Duration window) const {
  if (count_ < kLeastPackets) return std::nullopt;
  const Duration last = at(0).time;
  DataSize size;
  size_t age = 0;
  // The first packet of the window only says when it begins.
  while (age + 1 < count_ && (age + 1 < kLeastPackets || last - at(age + 1).time <= window)) size += at(age++).size;
  const Duration span = last - at(age).time;
  if (span > kOldest || span.count() <= 0) return std::nullopt;
  return DataRate::bps(size.bits() * 1'000'000 / span.count());
}

}  // namespace sotto::transport
