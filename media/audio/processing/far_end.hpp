#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <sotto/audio_format.hpp>

#include "media/audio/processing/drift_resampler.hpp"

namespace sotto::media {

/// The last second of what the loudspeaker was given, counted in samples of the microphone's clock. One thread.
class FarEnd {
 public:
  /// How much faster the loudspeaker's clock runs than the microphone's, in parts per million, from now on.
  void set_drift(double ppm) { resampler_.set_drift(ppm); }

  /// The loudspeaker was given its next 10 ms.
  void add(std::span<const int16_t, kAudioBlockSamples> block);
  /// It was given nothing for so many samples.
  void add_silence(int64_t samples);

  /// The number of the first sample that has not come yet.
  int64_t end() const { return end_; }

  /// The samples from number `from` on; silence in the place of what has not come yet or is too long ago.
  void read(int64_t from, std::span<int16_t> out) const;

 private:
  static constexpr size_t kKept = 1 << 16;

  void append(std::span<const int16_t> samples);

  DriftResampler resampler_;
  std::array<int16_t, kKept> kept_{};  ///< a ring
  int64_t end_ = 0;
};

}  // namespace sotto::media
