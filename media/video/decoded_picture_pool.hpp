#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include <sotto/video_frame.hpp>

namespace sotto::media {

/// Picture memory for reuse: a picture comes back by itself when its last owner lets go, on any thread, and so does
/// what its shared_ptr counts in. Bounded: an application that keeps pictures gets no more of them rather than all
/// memory.
class DecodedPicturePool : public std::enable_shared_from_this<DecodedPicturePool> {
 public:
  static constexpr size_t kMaxBuffers = 16;  ///< pictures out at one time
  static constexpr size_t kMaxIdle = 4;      ///< pictures kept for reuse

  static std::shared_ptr<DecodedPicturePool> create() {
    return std::shared_ptr<DecodedPicturePool>(new DecodedPicturePool);
  }

  /// A picture of this size with undefined content; null if kMaxBuffers are out.
  std::shared_ptr<VideoBuffer> take(int width, int height);

 private:
  template <typename T>
  struct CounterAllocator;
  using Counter = std::unique_ptr<std::byte[]>;

  DecodedPicturePool();
  void give_back(std::unique_ptr<VideoBuffer> buffer);
  Counter take_counter(size_t size);
  void give_back(Counter counter);

  std::mutex mutex_;
  std::vector<std::unique_ptr<VideoBuffer>> idle_;
  std::vector<Counter> idle_counters_;  // all of one size
  size_t out_ = 0;
};

}  // namespace sotto::media
