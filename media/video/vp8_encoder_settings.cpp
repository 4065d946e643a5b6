#include "media/video/vp8_encoder_settings.hpp"

#include <algorithm>

namespace sotto::media {
namespace {

// One thread codes 1280x720 in 5 to 7 ms of a slot of 33. libvpx's threads wait for each other by spinning: alone on a
// machine a second one takes that to 3 to 4 ms, but with two calls' ends on two cores it cost 172 ms between pictures
// and twice the CPU. Not until a picture is larger.
constexpr int kPixelsForOneThread = 1280 * 720;

// Measured in whole calls with libvpx 1.12 (talking head / street, 2.5 Mbit/s at 1280x720, 1.7 at 640x360): from speed
// 12 to 6 a picture gains 0.1 to 0.2 dB and costs 1.5 ms more, 12 % of the call's CPU; speed 4 doubles that for as much
// again, which a small picture can afford; beyond 12 up to 3 dB are lost where bits are scarce.
constexpr int kSpeed = 6;
constexpr int kSmallPictureSpeed = 4;
constexpr int kLargePictureSpeed = 8;
constexpr int kSmallPicturePixels = 640 * 360;

// A key frame takes no more than the target rate carries in this time, so that it never holds up a link for long.
constexpr int kKeyFrameMilliseconds = 200;

constexpr int kMinTargetKbps = 30;
constexpr int kMaxTargetKbps = 100'000;

int speed_for(int pixels) {
  if (pixels <= kSmallPicturePixels) return kSmallPictureSpeed;
  return pixels <= kPixelsForOneThread ? kSpeed : kLargePictureSpeed;
}

}  // namespace

Vp8EncoderSettings vp8_encoder_settings(const Vp8EncoderOptions& options) {
  Vp8EncoderSettings settings;
  settings.target_kbps =
      static_cast<int>(std::clamp<int64_t>(options.target.bps() / 1000, kMinTargetKbps, kMaxTargetKbps));
  const int pixels = options.width * options.height;
  settings.threads = pixels > kPixelsForOneThread && options.cores > 1 ? 2 : 1;
  settings.token_partitions = settings.threads > 1 ? 1 : 0;  // so that the receiver may use two threads as well
  settings.speed = speed_for(pixels);
  settings.max_key_frame_percent = kKeyFrameMilliseconds * options.frame_rate / 10;
  return settings;
}

}  // namespace sotto::media
