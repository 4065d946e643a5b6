#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "base/units.hpp"

namespace sotto::transport {

/// How much arrives, by the receiver's clock. While there is a queue in front of the bottleneck, this is what the
/// bottleneck gives to us.
class AcknowledgedRate {
 public:
  void on_arrival(Duration arrival, DataSize size);

  /// Over the last `window` of arrivals, or as far back as it takes to have ten packets. Nothing if there are not
  /// enough.
  std::optional<DataRate> over(Duration window) const;

 private:
  struct Arrival {
    Duration time{};
    DataSize size{};
  };
  static constexpr size_t kCapacity = 1024;  // two seconds of 5 Mbit/s

  Arrival& at(size_t age) { return arrivals_[(next_ + kCapacity - 1 - age) % kCapacity]; }
  const Arrival& at(size_t age) const { return const_cast<AcknowledgedRate*>(this)->at(age); }

  std::array<Arrival, kCapacity> arrivals_{};  // a ring, by time
  size_t next_ = 0;
  size_t count_ = 0;
};

}  // namespace sotto::transport
