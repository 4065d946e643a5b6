#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include <sotto/video_frame.hpp>

namespace sotto::media {

/// Keeps the memory of pictures of one size for reuse. Any thread; pictures may outlive the pool's other owners.
class VideoBufferPool : public std::enable_shared_from_this<VideoBufferPool> {
 public:
  static std::shared_ptr<VideoBufferPool> create(int width, int height);

  /// A picture with undefined content. It returns by itself when its last owner lets go.
  std::shared_ptr<VideoBuffer> take();

 private:
  VideoBufferPool(int width, int height) : width_(width), height_(height) {}
  void give_back(std::unique_ptr<VideoBuffer> buffer);

  const int width_;
  const int height_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<VideoBuffer>> free_;
};

}  // namespace sotto::media
