#include "tools/media_file/ffmpeg/decode_video.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "tools/media_file/ffmpeg/input.hpp"

namespace sotto::tools::ffmpeg {
namespace {

constexpr int kMaxRepeats = 300;  // pictures; a longer hole in the file is cut short

/// Crops to the shape of the output, around the middle, and scales to its size.
class Scaler {
 public:
  Scaler(int width, int height)
      : width_(width), height_(height), picture_(static_cast<size_t>(width) * static_cast<size_t>(height) * 3 / 2) {}

  Result<void> scale(AVFrame& frame, AVRational pixel_shape) {
    crop(frame, pixel_shape);
    // The size may change within a file; the same context comes back as long as it does not.
    scaler_.reset(sws_getCachedContext(scaler_.release(), frame.width, frame.height,
                                       static_cast<AVPixelFormat>(frame.format), width_, height_, AV_PIX_FMT_YUV420P,
                                       SWS_BICUBIC, nullptr, nullptr, nullptr));
    if (!scaler_) return Error{ErrorCode::kUnavailable, "the file's pixel format cannot be converted"};
    uint8_t* const u = picture_.data() + static_cast<size_t>(width_) * static_cast<size_t>(height_);
    uint8_t* const v = u + static_cast<size_t>(width_ / 2) * static_cast<size_t>(height_ / 2);
    const std::array<uint8_t*, 3> planes{picture_.data(), u, v};
    const std::array<int, 3> strides{width_, width_ / 2, width_ / 2};
    const int rows =
        sws_scale(scaler_.get(), frame.data, frame.linesize, 0, frame.height, planes.data(), strides.data());
    if (rows != height_) return Error{ErrorCode::kInternal, "a picture could not be scaled"};
    return {};
  }

  const std::vector<uint8_t>& picture() const { return picture_; }

 private:
  void crop(AVFrame& frame, AVRational pixel_shape) const {
    const double pixel = pixel_shape.num > 0 ? av_q2d(pixel_shape) : 1.0;
    const double wanted = static_cast<double>(width_) / height_ / pixel;  // pixels of the file across for one down
    const int kept_width = std::min(frame.width, static_cast<int>(std::lround(frame.height * wanted)));
    const int kept_height = std::min(frame.height, static_cast<int>(std::lround(frame.width / wanted)));
    // Even offsets, so that the colour planes are cut at the same place.
    frame.crop_left = static_cast<size_t>((frame.width - kept_width) / 2 & ~1);
    frame.crop_top = static_cast<size_t>((frame.height - kept_height) / 2 & ~1);
    frame.crop_right = static_cast<size_t>(frame.width - kept_width) - frame.crop_left;
    frame.crop_bottom = static_cast<size_t>(frame.height - kept_height) - frame.crop_top;
    // If it cannot be cropped it is scaled as it is.
    (void)av_frame_apply_cropping(&frame, AV_FRAME_CROP_UNALIGNED);
  }

  int width_;
  int height_;
  Owned<SwsContext> scaler_;
  std::vector<uint8_t> picture_;
};

}  // namespace

Result<void> decode_video(const std::string& path, int width, int height, int fps, MediaFileModule::VideoSink sink,
                          void* context) {
  Result<Input> input = Input::open(path, AVMEDIA_TYPE_VIDEO);
  if (!input.ok()) return input.error();
  const AVRational tick = input->stream().time_base;
  const AVRational rate = av_guess_frame_rate(nullptr, const_cast<AVStream*>(&input->stream()), nullptr);
  const double step = rate.num > 0 ? av_q2d(av_inv_q(rate)) : 1.0 / fps;

  // The picture at output time t is the last one of the file that begins before t.
  Scaler scaler(width, height);
  bool any = false;
  int64_t emitted = 0;
  double first = 0, time = 0;
  const auto emit_until = [&](double end) {
    for (int i = 0; i < kMaxRepeats && static_cast<double>(emitted) / fps < end - 1e-6; ++i, ++emitted) {
      if (!sink(context, scaler.picture().data(), scaler.picture().size())) return false;
    }
    return true;
  };
  while (true) {
    Result<AVFrame*> frame = input->next();
    if (!frame.ok()) return frame.error();
    if (*frame == nullptr) break;
    const int64_t stamp = (*frame)->best_effort_timestamp;
    const double stamped = stamp == AV_NOPTS_VALUE ? time + step : static_cast<double>(stamp) * av_q2d(tick) - first;
    if (!any) {
      first = stamp == AV_NOPTS_VALUE ? 0 : stamped;
    } else {
      time = stamped;
      if (!emit_until(time)) return {};
      emitted = std::max(emitted, static_cast<int64_t>(std::floor(time * fps)));
    }
    any = true;
    if (const Result<void> scaled = scaler.scale(**frame, input->codec().sample_aspect_ratio); !scaled.ok()) {
      return Error{scaled.error().code, path + ": " + scaled.error().message};
    }
  }
  if (!any) return Error{ErrorCode::kUnavailable, path + " holds no picture that can be decoded"};
  (void)emit_until(time + step);
  return {};
}

}  // namespace sotto::tools::ffmpeg
