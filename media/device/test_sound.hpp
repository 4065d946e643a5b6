#pragma once

#include <array>
#include <cstdint>
#include <span>

#include <sotto/audio_format.hpp>

#include "media/device/test_random.hpp"

namespace sotto::media {

/// A steady sine. One thread.
class TestTone {
 public:
  /// `frequency` in Hz; `amplitude` up to 32767.
  explicit TestTone(double frequency, double amplitude = 8000);

  /// The next 10 ms.
  void next(std::span<int16_t, kAudioBlockSamples> out);

 private:
  double step_;  ///< radians a sample
  double amplitude_;
  double phase_ = 0;
};

/// Something like speech: syllables of a gliding voice and of noise, with pauses, never the same for long, so that any
/// piece of it is found again where it was. The same seed gives the same sound. One thread.
class TestSpeech {
 public:
  explicit TestSpeech(uint64_t seed = 1);

  /// The next 10 ms.
  void next(std::span<int16_t, kAudioBlockSamples> out);

 private:
  void start_syllable();

  /// A resonance of the mouth: y[n] = x + a y[n-1] + b y[n-2].
  struct Formant {
    double a = 0, b = 0, gain = 0, y1 = 0, y2 = 0;
  };

  TestRandom random_;
  int left_ = 0;       ///< samples of this syllable still to come
  int length_ = 1;     ///< samples of this syllable
  double pitch_ = 0;   ///< Hz
  double glide_ = 0;   ///< Hz a sample
  double voiced_ = 0;  ///< 0 noise to 1 voice
  double loudness_ = 0;
  double phase_ = 0;  ///< of the voice, 0 to 1
  std::array<Formant, 3> formants_{};
};

}  // namespace sotto::media
