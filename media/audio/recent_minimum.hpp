#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>

#include <sotto/time.hpp>

namespace sotto::media {

/// The least of the values of the last 1.5 to 2 seconds.
class RecentMinimum {
 public:
  void add(int64_t value, Timestamp now) {
    const int64_t block = now.time_since_epoch() / kBlock;
    if (block - block_ >= kBlocks || block < block_) {
      minima_.fill(kNone);
    } else {
      for (int64_t b = block_ + 1; b <= block; ++b) minimum_of(b) = kNone;
    }
    block_ = block;
    minimum_of(block) = std::min(minimum_of(block), value);
  }

  std::optional<int64_t> get() const {
    const int64_t least = *std::min_element(minima_.begin(), minima_.end());
    if (least == kNone) return std::nullopt;
    return least;
  }

  /// Moves every value so far by `difference`.
  void shift(int64_t difference) {
    for (int64_t& minimum : minima_) {
      if (minimum != kNone) minimum += difference;
    }
  }

  void clear() { minima_.fill(kNone); }

 private:
  static constexpr Duration kBlock = 500ms;
  static constexpr int64_t kBlocks = 4;
  static constexpr int64_t kNone = std::numeric_limits<int64_t>::max();

  int64_t& minimum_of(int64_t block) { return minima_[static_cast<size_t>(((block % kBlocks) + kBlocks) % kBlocks)]; }

  std::array<int64_t, kBlocks> minima_{kNone, kNone, kNone, kNone};
  int64_t block_ = 0;
};

}  // namespace sotto::media
