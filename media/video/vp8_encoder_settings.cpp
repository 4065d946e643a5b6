#include "media/video/vp8_encoder_settings.hpp"

#include <algorithm>

namespace sotto::media {
namespace {

// One thread codes 1280x720 in 4 to 5 ms of a slot of 33. A second one takes that to 3 to 3.6 ms for 20 to 25 % more
// CPU: not worth it until a picture is larger.
constexpr int kPixelsForOneThread = 1280 * 720;

// Measured with libvpx 1.12 at 2.5 Mbit/s 1280x720 and 1.75 Mbit/s 640x360 (talking head / street): from speed 8 to 12
// the CPU falls by a quarter and the PSNR by 0.1 dB at the most; beyond 12 it falls by up to 3 dB where bits are
// scarce. Below kRichBitsPerPixel speed 8 earns up to 0.3 dB; a small picture costs so little that 10 is affordable.
constexpr double kRichBitsPerPixel = 0.06;
constexpr int kSmallPicturePixels = 640 * 360;
constexpr int kFast = 12;
constexpr int kSmallPicture = 4;
constexpr int kCareful = 8;

// A key frame takes no more than the target rate carries in this time, so that it never holds up a link for long.
constexpr int kKeyFrameMilliseconds = 200;

constexpr int kMinTargetKbps = 30;
constexpr int kMaxTargetKbps = 100'000;

int speed_for(const Vp8EncoderOptions& options) {
  const int pixels = options.width * options.height;
  const double bits_per_pixel =
      static_cast<double>(options.target.bps()) / (static_cast<double>(pixels) * options.frame_rate);
  if (bits_per_pixel < kRichBitsPerPixel) return kCareful;
  return pixels <= kSmallPicturePixels ? kSmallPicture : kFast;
}

}  // namespace

Vp8EncoderSettings vp8_encoder_settings(const Vp8EncoderOptions& options) {
  Vp8EncoderSettings settings;
  settings.target_kbps =
      static_cast<int>(std::clamp<int64_t>(options.target.bps() / 1000, kMinTargetKbps, kMaxTargetKbps));
  settings.threads = options.width * options.height > kPixelsForOneThread && options.cores > 1 ? 2 : 1;
  settings.token_partitions = settings.threads > 1 ? 1 : 0;  // so that the receiver may use two threads as well
  settings.speed = speed_for(options);
  settings.max_key_frame_percent = kKeyFrameMilliseconds * options.frame_rate / 10;
  return settings;
}

}  // namespace sotto::media
