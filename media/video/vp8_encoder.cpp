#include "media/video/vp8_encoder.hpp"

#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>

#include <algorithm>
#include <utility>

#include "base/assert.hpp"

namespace sotto::media {
namespace {

// Golden and altref are neither read nor written between key frames. Referring to them saved nothing (less than 0.1 dB
// either way on a talking head and on a street), and what stays out of the ordinary flow is free for recovery from
// loss.
constexpr vpx_enc_frame_flags_t kDeltaFrame =
    VP8_EFLAG_NO_REF_GF | VP8_EFLAG_NO_REF_ARF | VP8_EFLAG_NO_UPD_GF | VP8_EFLAG_NO_UPD_ARF;

// By how many quantizer steps a picture may be finer than the one before, after a key frame. Without this libvpx
// returns at once to the quantizer from before the key frame and so codes the whole picture a second time: 25 to 40 kB
// in one piece at 2.5 Mbit/s 1280x720, 17 kB with it, at the same PSNR.
constexpr int kRefinementStep = 6;

vpx_codec_enc_cfg_t make_config(const Vp8EncoderOptions& options, const Vp8EncoderSettings& settings) {
  vpx_codec_enc_cfg_t config;
  SOTTO_ASSERT(vpx_codec_enc_config_default(vpx_codec_vp8_cx(), &config, 0) == VPX_CODEC_OK);
  config.g_w = static_cast<unsigned>(options.width);
  config.g_h = static_cast<unsigned>(options.height);
  config.g_timebase = {1, 1'000'000};
  config.g_threads = static_cast<unsigned>(settings.threads);
  config.g_pass = VPX_RC_ONE_PASS;
  config.g_lag_in_frames = 0;
  config.g_error_resilient = 0;
  config.rc_end_usage = VPX_CBR;
  config.rc_target_bitrate = static_cast<unsigned>(settings.target_kbps);
  config.rc_min_quantizer = static_cast<unsigned>(settings.min_quantizer);
  config.rc_max_quantizer = static_cast<unsigned>(settings.max_quantizer);
  config.rc_undershoot_pct = static_cast<unsigned>(settings.undershoot_percent);
  config.rc_overshoot_pct = static_cast<unsigned>(settings.overshoot_percent);
  config.rc_buf_initial_sz = static_cast<unsigned>(settings.initial_buffer_ms);
  config.rc_buf_optimal_sz = static_cast<unsigned>(settings.optimal_buffer_ms);
  config.rc_buf_sz = static_cast<unsigned>(settings.buffer_ms);
  config.rc_dropframe_thresh = static_cast<unsigned>(settings.drop_below_percent);
  config.rc_resize_allowed = 0;
  config.kf_mode = VPX_KF_DISABLED;
  return config;
}

/// A view of `picture` that libvpx reads; it never writes to it. Not vpx_img_wrap, which rounds odd strides up.
vpx_image_t image_of(const VideoBuffer& picture) {
  auto& pixels = const_cast<VideoBuffer&>(picture);
  vpx_image_t image{};
  image.fmt = VPX_IMG_FMT_I420;
  image.bit_depth = 8;
  image.bps = 12;
  image.w = image.d_w = static_cast<unsigned>(picture.width());
  image.h = image.d_h = static_cast<unsigned>(picture.height());
  image.x_chroma_shift = image.y_chroma_shift = 1;
  image.planes[VPX_PLANE_Y] = pixels.y();
  image.planes[VPX_PLANE_U] = pixels.u();
  image.planes[VPX_PLANE_V] = pixels.v();
  image.stride[VPX_PLANE_Y] = picture.luma_stride();
  image.stride[VPX_PLANE_U] = image.stride[VPX_PLANE_V] = picture.chroma_stride();
  return image;
}

}  // namespace

struct Vp8Encoder::Codec {
  Vp8EncoderOptions options;
  Vp8EncoderSettings settings;
  vpx_codec_enc_cfg_t config{};
  vpx_codec_ctx_t context{};
  bool initialized = false;
  int refinement_floor = 0;  // the finest quantizer allowed for now; zero once the last key frame is caught up with

  Codec() = default;
  Codec(const Codec&) = delete;
  Codec& operator=(const Codec&) = delete;
  ~Codec() {
    if (initialized) vpx_codec_destroy(&context);
  }

  bool start() {
    config = make_config(options, settings);
    initialized = vpx_codec_enc_init(&context, vpx_codec_vp8_cx(), &config, 0) == VPX_CODEC_OK;
    return initialized && vpx_codec_control(&context, VP8E_SET_CPUUSED, -settings.speed) == VPX_CODEC_OK &&
           vpx_codec_control(&context, VP8E_SET_STATIC_THRESHOLD, static_cast<unsigned>(settings.static_threshold)) ==
               VPX_CODEC_OK &&
           vpx_codec_control(&context, VP8E_SET_NOISE_SENSITIVITY, static_cast<unsigned>(settings.noise_sensitivity)) ==
               VPX_CODEC_OK &&
           vpx_codec_control(&context, VP8E_SET_TOKEN_PARTITIONS, settings.token_partitions) == VPX_CODEC_OK &&
           vpx_codec_control(&context, VP8E_SET_MAX_INTRA_BITRATE_PCT,
                             static_cast<unsigned>(settings.max_key_frame_percent)) == VPX_CODEC_OK;
  }

  bool apply_config() { return vpx_codec_enc_config_set(&context, &config) == VPX_CODEC_OK; }

  bool set_finest_quantizer(int quantizer) {
    const auto finest = static_cast<unsigned>(std::max(settings.min_quantizer, quantizer));
    if (finest == config.rc_min_quantizer) return true;
    config.rc_min_quantizer = finest;
    return apply_config();
  }

  void follow_refinement(const Vp8Picture& encoded) {
    if (encoded.key_frame) {
      refinement_floor = encoded.quantizer - kRefinementStep;
    } else {
      refinement_floor = std::max(0, refinement_floor - kRefinementStep);
    }
  }
};

Vp8Encoder::Vp8Encoder(std::unique_ptr<Codec> codec) : codec_(std::move(codec)) {}
Vp8Encoder::Vp8Encoder(Vp8Encoder&&) noexcept = default;
Vp8Encoder& Vp8Encoder::operator=(Vp8Encoder&&) noexcept = default;
Vp8Encoder::~Vp8Encoder() = default;

Result<Vp8Encoder> Vp8Encoder::create(const Vp8EncoderOptions& options) {
  const auto in_range = [](int dimension) { return dimension >= 1 && dimension <= kMaxVideoDimension; };
  if (!in_range(options.width) || !in_range(options.height) || options.frame_rate < 1) {
    return Error{ErrorCode::kInvalidArgument, "pictures must be 1 to 4096 pixels wide and high"};
  }
  auto codec = std::make_unique<Codec>();
  codec->options = options;
  codec->settings = vp8_encoder_settings(options);
  if (!codec->start()) return Error{ErrorCode::kUnavailable, "libvpx refuses the VP8 encoder's settings"};
  return Vp8Encoder(std::move(codec));
}

Result<Vp8Picture> Vp8Encoder::encode(const VideoBuffer& picture, Duration time, Duration duration, bool key_frame) {
  Codec& codec = *codec_;
  SOTTO_ASSERT(picture.width() == codec.options.width && picture.height() == codec.options.height);
  if (!codec.set_finest_quantizer(key_frame ? 0 : codec.refinement_floor)) {
    return Error{ErrorCode::kInternal, "libvpx refuses a quantizer"};
  }
  const vpx_image_t image = image_of(picture);
  const vpx_enc_frame_flags_t flags = key_frame ? VPX_EFLAG_FORCE_KF : kDeltaFrame;
  if (vpx_codec_encode(&codec.context, &image, time.count(), static_cast<unsigned long>(duration.count()), flags,
                       VPX_DL_REALTIME) != VPX_CODEC_OK) {
    return Error{ErrorCode::kInternal, "libvpx could not encode a picture"};
  }
  Vp8Picture encoded;
  vpx_codec_iter_t iterator = nullptr;
  while (const vpx_codec_cx_pkt_t* packet = vpx_codec_get_cx_data(&codec.context, &iterator)) {
    if (packet->kind != VPX_CODEC_CX_FRAME_PKT) continue;
    encoded.data = {static_cast<const uint8_t*>(packet->data.frame.buf), packet->data.frame.sz};
    encoded.key_frame = (packet->data.frame.flags & VPX_FRAME_IS_KEY) != 0;
  }
  if (!encoded.data.empty()) {
    vpx_codec_control(&codec.context, VP8E_GET_LAST_QUANTIZER_64, &encoded.quantizer);
    codec.follow_refinement(encoded);
  }
  return encoded;
}

Result<void> Vp8Encoder::set_target(DataRate target) {
  Codec& codec = *codec_;
  codec.options.target = target;
  const Vp8EncoderSettings settings = vp8_encoder_settings(codec.options);
  if (settings == codec.settings) return {};
  codec.settings = settings;
  codec.config.rc_target_bitrate = static_cast<unsigned>(settings.target_kbps);
  if (!codec.apply_config()) return Error{ErrorCode::kInternal, "libvpx refuses a bitrate"};
  return {};
}

const Vp8EncoderOptions& Vp8Encoder::options() const { return codec_->options; }

}  // namespace sotto::media
