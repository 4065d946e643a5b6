#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <sotto/video_frame.hpp>

#include "media/device/video_buffer_pool.hpp"

namespace sotto::media {

/// Makes moving, colourful, textured pictures: a landscape that pans and a ball that crosses it, each frame stamped
/// with its number (frame_stamp.hpp). The same size and seed give the same pictures. One thread.
class TestPicture {
 public:
  /// `width` and `height` are 16 to 4096 pixels.
  TestPicture(int width, int height, uint32_t seed = 1);

  /// The picture at position `number`, 30 of them a second.
  std::shared_ptr<const VideoBuffer> frame(uint32_t number);

 private:
  int width_;
  int height_;
  std::shared_ptr<VideoBufferPool> pool_;
  std::vector<uint8_t> texture_;  ///< kTextureSize squared, tiles without a seam
};

}  // namespace sotto::media
