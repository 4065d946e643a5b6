#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sotto/result.hpp>
#include <sotto/video_frame.hpp>

namespace sotto::tools {

/// An RGB picture that others are drawn into. What does not fit is left out. One thread.
class Raster {
 public:
  /// A light grey area.
  Raster(int width, int height);

  int width() const { return width_; }
  int height() const { return height_; }

  /// Draws an I420 picture (BT.601, limited range), scaled by averaging, with its top left at (`left`, `top`).
  void draw(const VideoBuffer& picture, int left, int top, int width, int height);

  /// Writes capital letters, digits and full stops, 14 pixels high; everything else is a space.
  void write(std::string_view text, int left, int top);

  Result<void> save_png(const std::string& path) const;

 private:
  void set(int x, int y, uint8_t red, uint8_t green, uint8_t blue);

  int width_;
  int height_;
  std::vector<uint8_t> pixels_;  ///< red, green, blue; row by row
};

}  // namespace sotto::tools
