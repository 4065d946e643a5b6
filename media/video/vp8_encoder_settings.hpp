#pragma once

#include "base/units.hpp"

namespace sotto::media {

/// The largest picture that sotto sends or receives, in pixels each way.
inline constexpr int kMaxVideoDimension = 4096;

/// What an encoder is made for. Size and threads stay for its life.
struct Vp8EncoderOptions {
  int width = 0;        ///< pixels, 1 to kMaxVideoDimension
  int height = 0;       ///< pixels, 1 to kMaxVideoDimension
  int frame_rate = 30;  ///< pictures a second that the source is expected to give
  DataRate target;
  int cores = 1;  ///< processor cores that the call may use
};

/// libvpx's settings as sotto chooses them, in libvpx's units.
struct Vp8EncoderSettings {
  int target_kbps = 0;
  int threads = 1;
  int token_partitions = 0;       ///< as a power of two
  int speed = 6;                  ///< cpu-used is its negative: the speed is ours to choose, not the clock's
  int min_quantizer = 2;          ///< 0 (best) to 63
  int max_quantizer = 56;         ///< above it pictures fall apart: fewer of them look better
  int undershoot_percent = 100;   ///< how far a picture may fall below its share of the rate
  int overshoot_percent = 15;     ///< and rise above it
  int initial_buffer_ms = 500;    ///< of the modelled receiver's buffer, at the target rate
  int optimal_buffer_ms = 600;    ///< where the rate control holds that buffer
  int buffer_ms = 1000;           ///< its size
  int drop_below_percent = 30;    ///< of the optimum: a picture is skipped when the buffer falls below
  int max_key_frame_percent = 0;  ///< of an average picture
  int static_threshold = 1;       ///< a block that differs by less is not coded
  int noise_sensitivity = 0;      ///< no denoising

  bool operator==(const Vp8EncoderSettings&) const = default;
};

/// The settings for this size, rate and machine.
Vp8EncoderSettings vp8_encoder_settings(const Vp8EncoderOptions& options);

}  // namespace sotto::media
