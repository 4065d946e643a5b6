#include "media/video/decoded_picture_pool.hpp"

#include <algorithm>
#include <utility>

namespace sotto::media {

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
          [pool = shared_from_this()](VideoBuffer* back) { pool->give_back(std::unique_ptr<VideoBuffer>(back)); }};
}

void DecodedPicturePool::give_back(std::unique_ptr<VideoBuffer> buffer) {
  const std::lock_guard lock(mutex_);
  --out_;
  if (idle_.size() < kMaxIdle) idle_.push_back(std::move(buffer));
}

}  // namespace sotto::media
