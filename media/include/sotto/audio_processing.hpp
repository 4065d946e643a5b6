#pragma once

namespace sotto {

/// How much of a steady noise is taken away. The more, the more of the voice goes with it.
enum class NoiseSuppression {
  kOff,
  kLow,       ///< by 6 dB
  kModerate,  ///< by 12 dB
  kHigh,      ///< by 18 dB
  kVeryHigh,  ///< by 21 dB
};

/// What is done to the sound of a microphone before it is sent. The default is what suits a person in a room with
/// loudspeakers.
struct AudioProcessing {
  /// Takes away what the loudspeaker plays and the microphone hears of it. Needs Call::play() to be where the
  /// loudspeaker gets its sound from.
  bool echo_cancellation = true;
  NoiseSuppression noise_suppression = NoiseSuppression::kModerate;
  /// Brings voices to about the same loudness.
  bool gain_control = true;
  /// Takes away rumble below 100 Hz.
  bool high_pass = true;
  /// Tells whether somebody speaks: AudioStatistics::voice_active.
  bool voice_detection = true;

  /// Sound goes through as it is: for files and whatever else is no microphone.
  static constexpr AudioProcessing none() { return {false, NoiseSuppression::kOff, false, false, false}; }

  bool operator==(const AudioProcessing&) const = default;
};

}  // namespace sotto
