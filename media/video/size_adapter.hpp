#pragma once

#include <cstddef>
#include <optional>

#include <sotto/time.hpp>

#include "base/units.hpp"
#include "media/video/picture_size.hpp"

namespace sotto::media {

/// Decides at which size pictures are encoded, so that the bits there are make them sharp and none has to be skipped.
///
/// Each size has a rate below which it is not worth having. Less than half of that, and the size falls at once; less
/// than that, or pictures that the encoder can only keep small by coarse quantizers or by skipping them, and it falls
/// as soon as a few pictures have shown it. It grows back when the target has carried the larger size for a while and
/// the pictures are fine enough; each time that growing turns out a mistake doubles the patience before the next try. A
/// change costs a key frame, so there is at most one in five seconds, a fall to half the rate and what follows it
/// excepted.
///
/// Time is that of the pictures. One thread.
class SizeAdapter {
 public:
  /// Sizes are these parts of the captured one, in eighths.
  static constexpr int kSteps[] = {8, 6, 4, 3, 2, 1};

  /// The size at which the next picture is to be encoded.
  PictureSize choose(PictureSize captured, DataRate target, Timestamp now);

  /// What became of a picture that was encoded at that size.
  void on_encoded(int quantizer);
  /// The encoder skipped the picture to keep the rate.
  void on_skipped();

  /// The rate below which pictures of this size are not worth having.
  static DataRate least_rate(PictureSize size);

 private:
  PictureSize at(size_t step) const;
  bool exists(size_t step) const;
  /// The largest size that `target` carries, or the smallest there is.
  size_t step_for(DataRate target) const;
  bool starved() const;
  bool rested(Timestamp now) const;
  /// Goes down to `carried`, the largest size that `target` carries, if that cannot wait.
  void fall(size_t carried, DataRate target, Timestamp now);
  /// Goes up if `target` has carried a larger size for long enough.
  void grow(DataRate target, Timestamp now);
  void change(size_t step, Timestamp now);

  PictureSize captured_;
  size_t step_ = 0;
  Timestamp started_{};
  std::optional<Timestamp> changed_;
  bool collapsed_ = false;               // the last change was for a rate that fell to less than half
  std::optional<Timestamp> grown_;       // when the size last grew
  std::optional<Timestamp> could_grow_;  // since when the target has carried a larger size
  Duration patience_;                    // before growing
  double quantizer_ = 0;                 // recent mean
  double skipped_ = 0;                   // recent part
  int seen_ = 0;                         // pictures since the last change
};

}  // namespace sotto::media
