#include "tools/demo/raster.hpp"

#include <png.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace sotto::tools {
namespace {

constexpr uint8_t kPaper = 236;
constexpr uint8_t kInk = 32;
constexpr int kGlyphWidth = 5;
constexpr int kGlyphHeight = 7;
constexpr int kGlyphStep = 6;  // a column between letters
constexpr int kGlyphScale = 2;

struct Glyph {
  char letter;
  std::array<uint8_t, kGlyphHeight> rows;  ///< top first; the highest of five bits is on the left
};

// clang-format off
constexpr Glyph kGlyphs[] = {
    {'0', {0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110}},
    {'1', {0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110}},
    {'2', {0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111}},
    {'3', {0b01110, 0b10001, 0b00001, 0b00110, 0b00001, 0b10001, 0b01110}},
    {'4', {0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010}},
    {'5', {0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110}},
    {'6', {0b01110, 0b10000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110}},
    {'7', {0b11111, 0b00001, 0b00010, 0b00100, 0b00100, 0b01000, 0b01000}},
    {'8', {0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110}},
    {'9', {0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00001, 0b01110}},
    {'A', {0b01110, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001}},
    {'B', {0b11110, 0b10001, 0b10001, 0b11110, 0b10001, 0b10001, 0b11110}},
    {'C', {0b01110, 0b10001, 0b10000, 0b10000, 0b10000, 0b10001, 0b01110}},
    {'D', {0b11110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b11110}},
    {'E', {0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111}},
    {'F', {0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b10000}},
    {'G', {0b01110, 0b10001, 0b10000, 0b10111, 0b10001, 0b10001, 0b01110}},
    {'H', {0b10001, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001}},
    {'I', {0b01110, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110}},
    {'J', {0b00111, 0b00010, 0b00010, 0b00010, 0b00010, 0b10010, 0b01100}},
    {'K', {0b10001, 0b10010, 0b10100, 0b11000, 0b10100, 0b10010, 0b10001}},
    {'L', {0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b11111}},
    {'M', {0b10001, 0b11011, 0b10101, 0b10101, 0b10001, 0b10001, 0b10001}},
    {'N', {0b10001, 0b11001, 0b10101, 0b10011, 0b10001, 0b10001, 0b10001}},
    {'O', {0b01110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110}},
    {'P', {0b11110, 0b10001, 0b10001, 0b11110, 0b10000, 0b10000, 0b10000}},
    {'Q', {0b01110, 0b10001, 0b10001, 0b10001, 0b10101, 0b10010, 0b01101}},
    {'R', {0b11110, 0b10001, 0b10001, 0b11110, 0b10100, 0b10010, 0b10001}},
    {'S', {0b01111, 0b10000, 0b10000, 0b01110, 0b00001, 0b00001, 0b11110}},
    {'T', {0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100}},
    {'U', {0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110}},
    {'V', {0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01010, 0b00100}},
    {'W', {0b10001, 0b10001, 0b10001, 0b10101, 0b10101, 0b11011, 0b10001}},
    {'X', {0b10001, 0b10001, 0b01010, 0b00100, 0b01010, 0b10001, 0b10001}},
    {'Y', {0b10001, 0b10001, 0b01010, 0b00100, 0b00100, 0b00100, 0b00100}},
    {'Z', {0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b10000, 0b11111}},
    {'.', {0b00000, 0b00000, 0b00000, 0b00000, 0b00000, 0b01100, 0b01100}},
};
// clang-format on

/// Mean of the samples of a plane in [left, right) x [top, bottom).
int mean(const uint8_t* plane, int stride, int left, int top, int right, int bottom) {
  int sum = 0;
  for (int y = top; y < bottom; ++y) {
    for (int x = left; x < right; ++x) sum += plane[y * stride + x];
  }
  const int count = (right - left) * (bottom - top);
  return (sum + count / 2) / count;
}

uint8_t clamp_byte(double value) { return static_cast<uint8_t>(std::clamp(value, 0.0, 255.0)); }

}  // namespace

Raster::Raster(int width, int height)
    : width_(width), height_(height), pixels_(static_cast<size_t>(width) * static_cast<size_t>(height) * 3, kPaper) {}

void Raster::set(int x, int y, uint8_t red, uint8_t green, uint8_t blue) {
  if (x < 0 || y < 0 || x >= width_ || y >= height_) return;
  uint8_t* const pixel = pixels_.data() + (static_cast<size_t>(y) * static_cast<size_t>(width_) + x) * 3;
  pixel[0] = red, pixel[1] = green, pixel[2] = blue;
}

void Raster::draw(const VideoBuffer& picture, int left, int top, int width, int height) {
  for (int y = 0; y < height; ++y) {
    const int y0 = y * picture.height() / height;
    const int y1 = std::max(y0 + 1, (y + 1) * picture.height() / height);
    for (int x = 0; x < width; ++x) {
      const int x0 = x * picture.width() / width;
      const int x1 = std::max(x0 + 1, (x + 1) * picture.width() / width);
      const auto chroma = [&](const uint8_t* plane) {
        return mean(plane, picture.chroma_stride(), x0 / 2, y0 / 2, (x1 + 1) / 2, (y1 + 1) / 2) - 128;
      };
      // ITU-R BT.601, 8 bits, limited range.
      const double luma = 1.164 * (mean(picture.y(), picture.luma_stride(), x0, y0, x1, y1) - 16);
      const int u = chroma(picture.u()), v = chroma(picture.v());
      set(left + x, top + y, clamp_byte(luma + 1.596 * v), clamp_byte(luma - 0.392 * u - 0.813 * v),
          clamp_byte(luma + 2.017 * u));
    }
  }
}

void Raster::write(std::string_view text, int left, int top) {
  for (const char letter : text) {
    const auto* const glyph = std::find_if(std::begin(kGlyphs), std::end(kGlyphs),
                                           [&](const Glyph& known) { return known.letter == letter; });
    for (int y = 0; glyph != std::end(kGlyphs) && y < kGlyphHeight * kGlyphScale; ++y) {
      for (int x = 0; x < kGlyphWidth * kGlyphScale; ++x) {
        const bool ink = (glyph->rows[static_cast<size_t>(y / kGlyphScale)] >> (kGlyphWidth - 1 - x / kGlyphScale)) & 1;
        if (ink) set(left + x, top + y, kInk, kInk, kInk);
      }
    }
    left += kGlyphStep * kGlyphScale;
  }
}

Result<void> Raster::save_png(const std::string& path) const {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(width_);
  image.height = static_cast<png_uint_32>(height_);
  image.format = PNG_FORMAT_RGB;
  if (png_image_write_to_file(&image, path.c_str(), 0, pixels_.data(), 0, nullptr) == 0) {
    return Error{ErrorCode::kUnavailable, "cannot write " + path + ": " + image.message};
  }
  return {};
}

}  // namespace sotto::tools
