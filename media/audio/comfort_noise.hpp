#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace sotto::media {

/// Noise like what is heard while nobody speaks, for gaps in which no made-up speech would be believed any more: true
/// silence there sounds as if the line was dead. One thread; allocates nothing.
///
/// The quietest moments of late say how loud the background is, and their spectrum, by linear prediction, what it
/// sounds like.
class ComfortNoise {
 public:
  /// Notes sound as it was decoded, at 48 kHz.
  void observe(std::span<const int16_t> sound);

  /// Adds noise to `sound`, from `from` to `to` times as loud as the background at its ends. Nothing if nothing was
  /// observed, or the background is silence.
  void add_to(std::span<int16_t> sound, double from, double to);

  /// How loud the background is, root mean square; 0 before anything was observed.
  double level() const;

 private:
  static constexpr size_t kOrder = 12;
  static constexpr size_t kFrame = 480;  ///< samples that are looked at together

  void look_at(std::span<const int16_t, kFrame> frame);
  void predict();
  double excitation();

  bool any_ = false;
  double quietest_ = 0;                        ///< mean square of the quietest frame of late, a little more each frame
  std::array<double, kOrder + 1> spectrum_{};  ///< of quiet frames: their autocorrelation, a sample
  bool predicted_ = false;                     ///< what follows fits spectrum_
  std::array<double, kOrder> coefficients_{};
  double loudness_ = 0;                  ///< of the excitation, root mean square
  std::array<double, kOrder> memory_{};  ///< the last samples made, the last one first
  uint32_t random_ = 1;
};

}  // namespace sotto::media
