#include "media/video/vp8_decoder.hpp"

#include <vpx/vp8dx.h>
#include <vpx/vpx_decoder.h>

#include <cstring>

#include "base/assert.hpp"
#include "media/video/vp8_payload_descriptor.hpp"

namespace sotto::media {
namespace {

void copy_plane(const uint8_t* from, int from_stride, uint8_t* to, int width, int height) {
  for (int row = 0; row < height; ++row) {
    std::memcpy(to, from, static_cast<size_t>(width));
    from += from_stride;
    to += width;
  }
}

void copy_picture(const vpx_image_t& from, VideoBuffer& to) {
  const int chroma_width = to.chroma_stride();
  const int chroma_height = (to.height() + 1) / 2;
  copy_plane(from.planes[VPX_PLANE_Y], from.stride[VPX_PLANE_Y], to.y(), to.width(), to.height());
  copy_plane(from.planes[VPX_PLANE_U], from.stride[VPX_PLANE_U], to.u(), chroma_width, chroma_height);
  copy_plane(from.planes[VPX_PLANE_V], from.stride[VPX_PLANE_V], to.v(), chroma_width, chroma_height);
}

}  // namespace

struct Vp8Decoder::Codec {
  vpx_codec_ctx_t context{};
  bool initialized = false;
  ~Codec() {
    if (initialized) vpx_codec_destroy(&context);
  }
};

Vp8Decoder::Vp8Decoder(int max_width, int max_height, int threads)
    : max_width_(max_width), max_height_(max_height), threads_(threads), pool_(DecodedPicturePool::create()) {
  SOTTO_ASSERT(threads >= 1 && threads <= 4);
}

Vp8Decoder::~Vp8Decoder() = default;

Result<void> Vp8Decoder::start() {
  auto codec = std::make_unique<Codec>();
  vpx_codec_dec_cfg_t config{};
  config.threads = static_cast<unsigned>(threads_);
  if (vpx_codec_dec_init(&codec->context, vpx_codec_vp8_dx(), &config, 0) != VPX_CODEC_OK) {
    return Error{ErrorCode::kUnavailable, "libvpx offers no VP8 decoder"};
  }
  codec->initialized = true;
  codec_ = std::move(codec);
  return {};
}

Result<std::shared_ptr<const VideoBuffer>> Vp8Decoder::decode(ByteView frame, bool show) {
  const Result<Vp8FrameHeader> header = parse_vp8_frame_header(frame);
  if (!header.ok()) return header.error();
  if (header->key_frame) {
    if (header->width > max_width_ || header->height > max_height_) {
      codec_.reset();
      return Error{ErrorCode::kRefused, "VP8 picture is larger than agreed"};
    }
  }
  if (!codec_) {
    if (!header->key_frame) return Error{ErrorCode::kUnavailable, "VP8 decoding starts with a key frame"};
    if (const Result<void> started = start(); !started.ok()) return started.error();
  }

  vpx_codec_ctx_t* context = &codec_->context;
  int corrupted = 0;
  const bool decoded =
      vpx_codec_decode(context, frame.data(), static_cast<unsigned>(frame.size()), nullptr, 0) == VPX_CODEC_OK &&
      vpx_codec_control(context, VP8D_GET_FRAME_CORRUPTED, &corrupted) == VPX_CODEC_OK;
  if (!decoded || corrupted != 0) {
    codec_.reset();  // its references can no longer be trusted
    return Error{ErrorCode::kMalformed, "VP8 picture does not decode"};
  }
  vpx_codec_iter_t iterator = nullptr;
  const vpx_image_t* image = vpx_codec_get_frame(context, &iterator);
  if (!show || image == nullptr) return std::shared_ptr<const VideoBuffer>();
  std::shared_ptr<VideoBuffer> picture = pool_->take(static_cast<int>(image->d_w), static_cast<int>(image->d_h));
  if (picture) copy_picture(*image, *picture);
  return std::shared_ptr<const VideoBuffer>(std::move(picture));
}

}  // namespace sotto::media
