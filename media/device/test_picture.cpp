#include "media/device/test_picture.hpp"

#include <algorithm>
#include <cmath>

#include "base/assert.hpp"
#include "media/device/frame_stamp.hpp"

namespace sotto::media {
namespace {

constexpr int kTextureSize = 512;        // pixels; a power of two
constexpr int kPan = 3;                  // pixels a frame
constexpr int kOctaves[] = {64, 16, 4};  // pixels between the points of each layer of noise

/// The same well-mixed value for the same point (a finalizer after MurmurHash3).
uint32_t hash(uint32_t seed, uint32_t x, uint32_t y) {
  uint32_t h = seed * 0x9E3779B1u ^ x * 0x85EBCA77u ^ y * 0xC2B2AE3Du;
  h = (h ^ (h >> 16)) * 0x85EBCA6Bu;
  h = (h ^ (h >> 13)) * 0xC2B2AE35u;
  return h ^ (h >> 16);
}

/// Smooth noise, 0 to 255, between points `grid` pixels apart, that repeats every kTextureSize.
int smooth_noise(uint32_t seed, int x, int y, int grid) {
  const int points = kTextureSize / grid;
  const int column = x / grid, row = y / grid;
  const auto point = [&](int dx, int dy) {
    return static_cast<int>(
        hash(seed, static_cast<uint32_t>((column + dx) % points), static_cast<uint32_t>((row + dy) % points)) & 255U);
  };
  const int fx = x % grid, fy = y % grid;
  const int top = point(0, 0) * (grid - fx) + point(1, 0) * fx;
  const int bottom = point(0, 1) * (grid - fx) + point(1, 1) * fx;
  return (top * (grid - fy) + bottom * fy) / (grid * grid);
}

uint8_t to_luma(int value) { return static_cast<uint8_t>(std::clamp(value, 16, 235)); }

}  // namespace

TestPicture::TestPicture(int width, int height, uint32_t seed)
    : width_(width),
      height_(height),
      pool_(VideoBufferPool::create(width, height)),
      texture_(static_cast<size_t>(kTextureSize) * kTextureSize) {
  SOTTO_ASSERT(width >= 16 && height >= 16 && width <= 4096 && height <= 4096);
  for (int y = 0; y < kTextureSize; ++y) {
    for (int x = 0; x < kTextureSize; ++x) {
      int value = 0;
      int weight = 4;
      for (const int grid : kOctaves) {
        value += weight * smooth_noise(seed + static_cast<uint32_t>(grid), x, y, grid);
        weight /= 2;
      }
      texture_[static_cast<size_t>(y * kTextureSize + x)] = static_cast<uint8_t>(value / 7);
    }
  }
}

std::shared_ptr<const VideoBuffer> TestPicture::frame(uint32_t number) {
  const std::shared_ptr<VideoBuffer> picture = pool_->take();
  const int pan = static_cast<int>(number * kPan % kTextureSize);
  const auto texture_at = [&](int x, int y) {
    return texture_[static_cast<size_t>((y & (kTextureSize - 1)) * kTextureSize + ((x + pan) & (kTextureSize - 1)))];
  };

  // The ball goes around in 4 s.
  const double angle = number * 2 * 3.14159265358979 / 120;
  const int radius = std::max(std::min(width_, height_) / 8, 2);
  const int ball_x = static_cast<int>(width_ / 2 + width_ / 3.0 * std::cos(angle));
  const int ball_y = static_cast<int>(height_ / 2 + height_ / 4.0 * std::sin(angle));
  const auto in_ball = [&](int x, int y) {
    return (x - ball_x) * (x - ball_x) + (y - ball_y) * (y - ball_y) < radius * radius;
  };

  for (int y = 0; y < height_; ++y) {
    uint8_t* line = picture->y() + y * picture->luma_stride();
    for (int x = 0; x < width_; ++x) {
      const int light = in_ball(x, y) ? 200 - 60 * std::abs(x - ball_x) / radius : 50 + 90 * (height_ - y) / height_;
      line[x] = to_luma(light + (texture_at(x, y) - 128) / 2);
    }
  }
  for (int y = 0; y < (height_ + 1) / 2; ++y) {
    uint8_t* u = picture->u() + y * picture->chroma_stride();
    uint8_t* v = picture->v() + y * picture->chroma_stride();
    for (int x = 0; x < picture->chroma_stride(); ++x) {
      const bool ball = in_ball(2 * x, 2 * y);
      const int tint = texture_at(x / 2, y / 2);
      u[x] = static_cast<uint8_t>(ball ? 90 : 64 + tint / 2);
      v[x] = static_cast<uint8_t>(ball ? 200 : 192 - tint / 2);
    }
  }
  stamp_frame(*picture, static_cast<uint16_t>(number));
  return picture;
}

}  // namespace sotto::media
