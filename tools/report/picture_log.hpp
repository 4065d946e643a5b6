#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include <sotto/video_frame.hpp>

namespace sotto::tools {

/// A few pictures of a call of any length, copied, evenly spread over it: when it is full, every other one goes, and
/// those to come are kept half as often. One thread.
class PictureLog {
 public:
  struct Kept {
    double seconds = 0;  ///< since the start
    std::shared_ptr<const VideoBuffer> picture;
  };

  /// Looks at a picture at `seconds` since the start; keeps a copy if one is due.
  void add(const VideoBuffer& picture, double seconds);
  const std::vector<Kept>& kept() const { return kept_; }
  /// Of these at most `count`, evenly spread.
  std::vector<Kept> some(size_t count) const;

 private:
  double interval_ = 1;  ///< seconds
  double next_due_ = 0;
  std::vector<Kept> kept_;
};

}  // namespace sotto::tools
