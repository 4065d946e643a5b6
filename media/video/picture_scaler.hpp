#pragma once

#include <memory>

#include <sotto/video_frame.hpp>

#include "media/video/picture_size.hpp"

namespace sotto::media {

/// Makes pictures smaller (libyuv, mean of the pixels that fall together) into memory that it uses again. One thread.
class PictureScaler {
 public:
  /// `picture` at `size`: itself if it has that size. What comes back otherwise holds until the next call.
  const VideoBuffer& scale(const VideoBuffer& picture, PictureSize size);

 private:
  std::unique_ptr<VideoBuffer> scaled_;
};

}  // namespace sotto::media
