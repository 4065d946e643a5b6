#include "tools/report/picture_image.hpp"

#include <webp/encode.h>

#include <string>

namespace sotto::tools {
namespace {

// Of 100. At 640x360 about 40 KB a picture, and 42 dB and more.
constexpr float kQuality = 90;

/// A WebPPicture that frees what the library allocated for it.
class Picture {
 public:
  Picture() { usable_ = WebPPictureInit(&picture_) != 0; }
  ~Picture() { WebPPictureFree(&picture_); }
  Picture(const Picture&) = delete;
  Picture& operator=(const Picture&) = delete;

  bool usable() const { return usable_; }
  WebPPicture& operator*() { return picture_; }
  WebPPicture* operator->() { return &picture_; }

 private:
  WebPPicture picture_{};
  bool usable_ = false;
};

class Writer {
 public:
  Writer() { WebPMemoryWriterInit(&writer_); }
  ~Writer() { WebPMemoryWriterClear(&writer_); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void take(WebPPicture& picture) {
    picture.writer = WebPMemoryWrite;
    picture.custom_ptr = &writer_;
  }
  Bytes bytes() const { return {writer_.mem, writer_.mem + writer_.size}; }

 private:
  WebPMemoryWriter writer_{};
};

}  // namespace

Result<Bytes> encode_picture(const VideoBuffer& picture, int most_width) {
  WebPConfig config;
  Picture view;  // of memory that is not the library's
  Picture scaled;
  if (WebPConfigPreset(&config, WEBP_PRESET_PICTURE, kQuality) == 0 || !view.usable() || !scaled.usable()) {
    return Error{ErrorCode::kUnavailable, "libwebp is another version than its headers"};
  }
  view->use_argb = 0;
  view->colorspace = WEBP_YUV420;
  view->width = picture.width(), view->height = picture.height();
  // Not written to: rescaling makes a copy first.
  view->y = const_cast<uint8_t*>(picture.y());
  view->u = const_cast<uint8_t*>(picture.u());
  view->v = const_cast<uint8_t*>(picture.v());
  view->y_stride = picture.luma_stride(), view->uv_stride = picture.chroma_stride();
  if (WebPPictureCopy(&*view, &*scaled) == 0 ||
      (picture.width() > most_width && WebPPictureRescale(&*scaled, most_width, 0) == 0)) {
    return Error{ErrorCode::kUnavailable, "there is no memory for a picture of the report"};
  }
  Writer writer;
  writer.take(*scaled);
  if (WebPEncode(&config, &*scaled) == 0) {
    return Error{ErrorCode::kUnavailable, "libwebp refuses a picture, error " + std::to_string(scaled->error_code)};
  }
  return writer.bytes();
}

}  // namespace sotto::tools
