#pragma once

#include <string>

#include <sotto/result.hpp>

#include "tools/media_file/ffmpeg/pointers.hpp"

namespace sotto::tools::ffmpeg {

/// One track of a media file, decoded frame by frame. One thread.
class Input {
 public:
  /// Opens the best track of `type`.
  static Result<Input> open(const std::string& path, AVMediaType type);

  const AVCodecContext& codec() const { return *codec_; }
  const AVStream& stream() const { return *format_->streams[track_]; }

  /// The next frame, valid until the next call; null at the end. Damaged packets are passed over.
  Result<AVFrame*> next();

 private:
  Input() = default;

  std::string path_;
  Owned<AVFormatContext> format_;
  Owned<AVCodecContext> codec_;
  Owned<AVPacket> packet_;
  Owned<AVFrame> frame_;
  unsigned track_ = 0;
  bool draining_ = false;
};

/// FFmpeg's words for its error code, behind what was tried.
Error error_of(const std::string& what, int code);

}  // namespace sotto::tools::ffmpeg
