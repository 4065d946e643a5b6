#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/units.hpp"

namespace sotto::transport {

/// How much was sent since a moment of the last seconds. Memory that never grows: of what is too long ago, less is
/// known than there was.
class SentVolume {
 public:
  void add(DataSize size, Timestamp sent) {
    total_ += size;
    sent_[count_++ % kCapacity] = {.sent = sent, .total = total_};
  }

  /// Of everything that left after `moment`.
  DataSize since(Timestamp moment) const {
    DataSize until{};
    for (size_t age = 0; age < std::min(count_, kCapacity); ++age) {
      const Entry& entry = sent_[(count_ - 1 - age) % kCapacity];
      if (entry.sent <= moment) return total_ - entry.total;
      until = entry.total;
    }
    return total_ - until;
  }

 private:
  struct Entry {
    Timestamp sent{};
    DataSize total{};
  };
  static constexpr size_t kCapacity = 1024;  // two seconds of 5 Mbit/s

  std::array<Entry, kCapacity> sent_{};
  size_t count_ = 0;
  DataSize total_;
};

}  // namespace sotto::transport
