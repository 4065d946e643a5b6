#include "media/device/video_buffer_pool.hpp"

#include <utility>

namespace sotto::media {
namespace {

constexpr size_t kMostKept = 4;  // pictures; more are in flight only for moments

}  // namespace

std::shared_ptr<VideoBufferPool> VideoBufferPool::create(int width, int height) {
  return std::shared_ptr<VideoBufferPool>(new VideoBufferPool(width, height));
}

std::shared_ptr<VideoBuffer> VideoBufferPool::take() {
  std::unique_ptr<VideoBuffer> buffer;
  {
    const std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      buffer = std::move(free_.back());
      free_.pop_back();
    }
  }
  if (!buffer) buffer = std::make_unique<VideoBuffer>(width_, height_);
  return {buffer.release(), [pool = shared_from_this()](VideoBuffer* returned) {
            pool->give_back(std::unique_ptr<VideoBuffer>(returned));
          }};
}

void VideoBufferPool::give_back(std::unique_ptr<VideoBuffer> buffer) {
  const std::lock_guard lock(mutex_);
  if (free_.size() < kMostKept) free_.push_back(std::move(buffer));
}

}  // namespace sotto::media
