#pragma once

#include <memory>

#include <sotto/result.hpp>
#include <sotto/video_frame.hpp>

#include "base/bytes.hpp"
#include "base/units.hpp"
#include "media/video/video_codec.hpp"
#include "media/video/vp8_encoder_settings.hpp"

namespace sotto::media {

/// libvpx's VP8 encoder set up for calls: one pass, constant bitrate, no look-ahead, key frames only on request. One
/// thread at a time.
///
/// References: every picture carries explicit flags. A key frame fills all three buffers; every other picture refers to
/// LAST and updates LAST alone, so golden and altref stay what we say they are and can become acknowledged references.
class Vp8Encoder final : public VideoEncoder {
 public:
  /// kInvalidArgument for a size outside the limits, kUnavailable if libvpx refuses.
  static Result<Vp8Encoder> create(const Vp8EncoderOptions& options);
  Vp8Encoder(Vp8Encoder&&) noexcept;
  Vp8Encoder& operator=(Vp8Encoder&&) noexcept;
  ~Vp8Encoder() override;

  Result<Vp8Picture> encode(const VideoBuffer& picture, Duration time, Duration duration, bool key_frame) override;
  Result<void> set_target(DataRate target) override;
  const Vp8EncoderOptions& options() const override;

 private:
  struct Codec;
  explicit Vp8Encoder(std::unique_ptr<Codec> codec);
  std::unique_ptr<Codec> codec_;
};

}  // namespace sotto::media
