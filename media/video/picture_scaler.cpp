#include "media/video/picture_scaler.hpp"

#include <libyuv/scale.h>

#include "base/assert.hpp"

namespace sotto::media {

const VideoBuffer& PictureScaler::scale(const VideoBuffer& picture, PictureSize size) {
  if (picture.width() == size.width && picture.height() == size.height) {
    scaled_.reset();
    return picture;
  }
  if (!scaled_ || scaled_->width() != size.width || scaled_->height() != size.height) {
    scaled_ = std::make_unique<VideoBuffer>(size.width, size.height);
  }
  VideoBuffer& to = *scaled_;
  const int failed =
      libyuv::I420Scale(picture.y(), picture.luma_stride(), picture.u(), picture.chroma_stride(), picture.v(),
                        picture.chroma_stride(), picture.width(), picture.height(), to.y(), to.luma_stride(), to.u(),
                        to.chroma_stride(), to.v(), to.chroma_stride(), to.width(), to.height(), libyuv::kFilterBox);
  SOTTO_ASSERT(failed == 0);
  return to;
}

}  // namespace sotto::media
