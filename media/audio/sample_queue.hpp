#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/assert.hpp"

namespace sotto::media {

/// Samples that wait, in one piece, so that they can be looked at and changed. Never allocates.
template <size_t kCapacity>
class SampleQueue {
 public:
  size_t size() const { return size_; }
  std::span<int16_t> view() { return std::span(samples_).subspan(begin_, size_); }

  /// Makes room for `count` samples at the end and returns them; no more than the capacity in all.
  std::span<int16_t> append(size_t count) {
    SOTTO_ASSERT(size_ + count <= kCapacity);
    if (begin_ + size_ + count > samples_.size()) {
      std::copy_n(samples_.begin() + static_cast<std::ptrdiff_t>(begin_), size_, samples_.begin());
      begin_ = 0;
    }
    size_ += count;
    return std::span(samples_).subspan(begin_ + size_ - count, count);
  }
  void append(std::span<const int16_t> samples) {
    const std::span<int16_t> room = append(samples.size());
    std::copy(samples.begin(), samples.end(), room.begin());
  }

  /// Removes `count` samples from the front.
  void drop_front(size_t count) {
    SOTTO_ASSERT(count <= size_);
    begin_ += count;
    size_ -= count;
  }
  void clear() { size_ = 0; }

 private:
  std::array<int16_t, 2 * kCapacity> samples_{};
  size_t begin_ = 0;
  size_t size_ = 0;
};

}  // namespace sotto::media
