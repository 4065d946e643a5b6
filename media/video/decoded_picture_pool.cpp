#include "media/video/decoded_picture_pool.hpp"

#include <algorithm>
#include <utility>

namespace sotto::media {

/// What std::shared_ptr takes the memory of its control blocks from. All of them are of one type, and so of one size.
template <typename T>
struct DecodedPicturePool::CounterAllocator {
  using value_type = T;

  explicit CounterAllocator(std::shared_ptr<DecodedPicturePool> owner) : pool(std::move(owner)) {}
  template <typename Other>
  explicit CounterAllocator(const CounterAllocator<Other>& other) : pool(other.pool) {}

  T* allocate(size_t count) { return reinterpret_cast<T*>(pool->take_counter(count * sizeof(T)).release()); }
  void deallocate(T* counter, size_t) { pool->give_back(Counter(reinterpret_cast<std::byte*>(counter))); }
  template <typename Other>
  bool operator==(const CounterAllocator<Other>& other) const {
    return pool == other.pool;
  }

  std::shared_ptr<DecodedPicturePool> pool;
};

DecodedPicturePool::DecodedPicturePool() {
  idle_.reserve(kMaxIdle);
  idle_counters_.reserve(kMaxBuffers);
}

std::shared_ptr<VideoBuffer> DecodedPicturePool::take(int width, int height) {
  std::unique_ptr<VideoBuffer> buffer;
  {
    const std::lock_guard lock(mutex_);
    if (out_ == kMaxBuffers) return nullptr;
    ++out_;
    // Pictures of another size are of no more use: the stream has changed.
    std::erase_if(idle_, [&](const auto& idle) { return idle->width() != width || idle->height() != height; });
    if (!idle_.empty()) {
      buffer = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (!buffer) buffer = std::make_unique<VideoBuffer>(width, height);
  return {buffer.release(),
          [pool = shared_from_this()](VideoBuffer* back) { pool->give_back(std::unique_ptr<VideoBuffer>(back)); },
          CounterAllocator<VideoBuffer>(shared_from_this())};
}

void DecodedPicturePool::give_back(std::unique_ptr<VideoBuffer> buffer) {
  const std::lock_guard lock(mutex_);
  --out_;
  if (idle_.size() < kMaxIdle) idle_.push_back(std::move(buffer));
}

DecodedPicturePool::Counter DecodedPicturePool::take_counter(size_t size) {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_counters_.empty()) {
      Counter counter = std::move(idle_counters_.back());
      idle_counters_.pop_back();
      return counter;
    }
  }
  return Counter(new std::byte[size]);
}

void DecodedPicturePool::give_back(Counter counter) {
  const std::lock_guard lock(mutex_);
  if (idle_counters_.size() < kMaxBuffers) idle_counters_.push_back(std::move(counter));
}

}  // namespace sotto::media
