#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "base/assert.hpp"

namespace sotto {

/// First in, first out, in one block of memory that grows to the longest it ever was and is then reused: nothing is
/// allocated once it is warm. T is default-constructible and movable; a popped slot is reset to T{}.
template <typename T>
class RingQueue {
 public:
  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }

  T& front() {
    SOTTO_ASSERT(size_ > 0);
    return slots_[head_];
  }
  const T& front() const { return const_cast<RingQueue*>(this)->front(); }
  /// The element so many places behind the first.
  const T& at(size_t place) const {
    SOTTO_ASSERT(place < size_);
    return slots_[(head_ + place) % slots_.size()];
  }

  void push(T value) {
    if (size_ == slots_.size()) grow();
    slots_[(head_ + size_) % slots_.size()] = std::move(value);
    ++size_;
  }
  T pop() {
    T value = std::exchange(front(), T{});
    head_ = (head_ + 1) % slots_.size();
    --size_;
    return value;
  }
  std::optional<T> try_pop() {
    if (empty()) return std::nullopt;
    return pop();
  }
  void clear() {
    while (!empty()) (void)pop();
  }

 private:
  static constexpr size_t kFirstCapacity = 16;

  void grow() {
    std::vector<T> larger(slots_.empty() ? kFirstCapacity : 2 * slots_.size());
    for (size_t i = 0; i < size_; ++i) larger[i] = std::move(slots_[(head_ + i) % slots_.size()]);
    slots_ = std::move(larger);
    head_ = 0;
  }

  std::vector<T> slots_;
  size_t head_ = 0;
  size_t size_ = 0;
};

}  // namespace sotto
