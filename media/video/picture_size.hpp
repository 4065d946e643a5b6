#pragma once

namespace sotto::media {

/// Width and height of a picture in pixels.
struct PictureSize {
  int width = 0;
  int height = 0;

  int pixels() const { return width * height; }
  bool operator==(const PictureSize&) const = default;
};

}  // namespace sotto::media
