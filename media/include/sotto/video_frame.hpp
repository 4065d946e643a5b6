#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include <sotto/time.hpp>

namespace sotto {

/// Memory for one I420 picture: Y at full size, then U and V at half width and height (rounded up), tightly packed.
class VideoBuffer {
 public:
  VideoBuffer(int width, int height)
      : width_(width), height_(height), size_(byte_size(width, height)), bytes_(new uint8_t[size_]) {}

  static size_t byte_size(int width, int height) {
    return static_cast<size_t>(width) * static_cast<size_t>(height) +
           2 * (static_cast<size_t>(width + 1) / 2) * (static_cast<size_t>(height + 1) / 2);
  }

  int width() const { return width_; }    ///< pixels
  int height() const { return height_; }  ///< pixels
  int luma_stride() const { return width_; }
  int chroma_stride() const { return (width_ + 1) / 2; }

  uint8_t* y() { return bytes_.get(); }
  uint8_t* u() { return y() + static_cast<size_t>(width_) * static_cast<size_t>(height_); }
  uint8_t* v() { return u() + static_cast<size_t>(chroma_stride()) * (static_cast<size_t>(height_ + 1) / 2); }
  const uint8_t* y() const { return const_cast<VideoBuffer*>(this)->y(); }
  const uint8_t* u() const { return const_cast<VideoBuffer*>(this)->u(); }
  const uint8_t* v() const { return const_cast<VideoBuffer*>(this)->v(); }

  /// The whole picture, planes in order.
  std::span<uint8_t> bytes() { return {bytes_.get(), size_}; }
  std::span<const uint8_t> bytes() const { return {bytes_.get(), size_}; }

 private:
  int width_;
  int height_;
  size_t size_;
  std::unique_ptr<uint8_t[]> bytes_;
};

/// One picture (I420, BT.601 limited range) and when it was captured (sender) or may be shown (receiver).
/// Cheap to copy: the pixels are shared and no longer change.
struct VideoFrame {
  std::shared_ptr<const VideoBuffer> buffer;
  Timestamp time{};

  int width() const { return buffer ? buffer->width() : 0; }
  int height() const { return buffer ? buffer->height() : 0; }
};

}  // namespace sotto
