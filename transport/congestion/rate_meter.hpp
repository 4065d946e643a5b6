#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "base/units.hpp"

namespace sotto::transport {

/// The rate of something over the last second.
class RateMeter {
 public:
  void add(DataSize size, Timestamp now) {
    advance(now);
    buckets_[index(newest_)] += size;
    total_ += size;
  }
  DataRate rate(Timestamp now) {
    advance(now);
    return DataRate::bps(total_.bits());
  }

 private:
  static constexpr size_t kBuckets = 10;
  static constexpr Duration kBucketLength = 100ms;

  static size_t index(int64_t bucket) { return static_cast<size_t>(bucket) % kBuckets; }
  void advance(Timestamp now) {
    const int64_t bucket = now.time_since_epoch() / kBucketLength;
    newest_ = std::max(newest_, bucket - int64_t{kBuckets});
    while (newest_ < bucket) {
      DataSize& oldest = buckets_[index(++newest_)];
      total_ -= oldest;
      oldest = DataSize();
    }
  }

  std::array<DataSize, kBuckets> buckets_{};
  int64_t newest_ = 0;
  DataSize total_;
};

}  // namespace sotto::transport
