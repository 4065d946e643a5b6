#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <sotto/result.hpp>
#include <sotto/video_frame.hpp>

#include "media/device/video_buffer_pool.hpp"

namespace sotto::media {

/// A file of I420 pictures of one size, one after the other, without any header. One thread.
class RawVideoFile {
 public:
  /// Fails with what to do about it if the file is missing, empty, or no whole number of pictures of this size.
  static Result<RawVideoFile> open(const std::string& path, int width, int height);

  RawVideoFile(RawVideoFile&& other) noexcept;
  RawVideoFile& operator=(RawVideoFile&& other) noexcept;
  ~RawVideoFile();

  int width() const { return width_; }        ///< pixels
  int height() const { return height_; }      ///< pixels
  int64_t frames() const { return frames_; }  ///< at least 1

  /// Picture `index`, below frames(). The buffer is the caller's to change (to stamp it, say) until it is passed on;
  /// its memory is used again once nobody holds it. Fails if the file has shrunk or cannot be read.
  Result<std::shared_ptr<VideoBuffer>> frame(int64_t index);

 private:
  RawVideoFile(int descriptor, int width, int height, int64_t frames);

  int descriptor_;
  int width_;
  int height_;
  int64_t frames_;
  std::shared_ptr<VideoBufferPool> pool_;
};

/// Which of `frames` pictures comes `position`-th when they are played forwards and backwards for ever, without a jump:
/// 0, 1, .. n-1, n-1, .. 1, 0, 0, 1 ..
int64_t ping_pong_index(int64_t position, int64_t frames);

}  // namespace sotto::media
