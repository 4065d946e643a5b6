#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include <sotto/audio_format.hpp>
#include <sotto/audio_processing.hpp>
#include <sotto/time.hpp>

namespace sotto::media {

struct AudioProcessorStatistics {
  bool voice = false;  ///< Somebody speaks into the microphone; false without voice detection.
  /// When what is played comes back, once it is found.
  std::optional<Duration> echo_delay;
  /// By how many dB the echo is quieter behind the canceller, over the last seconds in which the far end spoke.
  std::optional<double> echo_return_loss_enhancement;
  /// How much faster the loudspeaker's sound card runs than the microphone's, in parts per million.
  std::optional<double> drift_ppm;
};

/// Makes of a microphone's sound what the other side wants to hear: without rumble, without the echo of what is played,
/// without noise, about as loud as any other.
///
/// One thread plays, one captures, any may ask for statistics. They never wait for each other, read no clock and, once
/// it is made, allocate nothing of their own. Devices may hand over sound in bursts, leave out some of it, and run on
/// clocks of their own.
class AudioProcessor {
 public:
  explicit AudioProcessor(const AudioProcessing& wanted);
  ~AudioProcessor();

  /// 10 ms were handed to the loudspeaker at `when`. Playing thread.
  void render(std::span<const int16_t, kAudioBlockSamples> block, Timestamp when);

  /// Changes 10 ms, which the microphone had complete at `when`. Capturing thread. Takes about 0.15 ms; sound comes out
  /// less than 20 ms later than it went in.
  void capture(std::span<int16_t, kAudioBlockSamples> block, Timestamp when);

  /// In the place of capture(): 10 ms went by whose sound is not to be looked at. Capturing thread.
  void skip(Timestamp when);

  AudioProcessorStatistics statistics() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace sotto::media
