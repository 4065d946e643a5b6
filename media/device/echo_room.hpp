#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <sotto/audio_format.hpp>
#include <sotto/time.hpp>

#include "media/device/test_random.hpp"

namespace sotto::media {

struct EchoRoomOptions {
  uint64_t seed = 1;
  /// From the moment that a sample is handed to the sound card until the loudspeaker emits it. The shortest way to the
  /// microphone takes another 1.5 ms.
  Duration delay = 20ms;
  /// How much faster the loudspeaker's clock runs than the microphone's, in parts per million.
  double loudspeaker_ppm = 0;
  /// How long the room takes to be 60 dB quieter.
  Duration reverberation = 300ms;
  /// How loud the echo is at the microphone, beside what the loudspeaker is given.
  double echo_db = -10;
  /// Hiss at the microphone, of full scale.
  double noise_dbfs = -75;
};

/// A room with a loudspeaker and a microphone, whose sound cards have clocks of their own: a band-limited loudspeaker,
/// the first reflections of a box of 5.0 by 3.4 by 2.6 m as image sources, and behind them sparse noise that decays
/// exponentially. The same seed makes the same room. For tests and benchmarks: it keeps all that was played. One
/// thread.
class EchoRoom {
 public:
  explicit EchoRoom(const EchoRoomOptions& options);

  /// The loudspeaker is given its next 10 ms.
  void play(std::span<const int16_t, kAudioBlockSamples> block);
  /// From now on the loudspeaker emits samples so much later than they are handed over.
  void set_delay(Duration delay) { options_.delay = delay; }
  /// When it takes the block after those so far, after the first sample of the microphone.
  Duration next_play() const;
  /// The microphone's next 10 ms, without what is said in the room; everything that is to be heard in them has been
  /// played.
  void hear(std::span<double, kAudioBlockSamples> out);

 private:
  struct Reflection {
    size_t delay = 0;  ///< samples
    double gain = 0;
  };

  void add_images();
  void add_tail();
  void set_loudness();
  double at_microphone(double position) const;
  double sample(int64_t at) const;

  EchoRoomOptions options_;
  const double rate_;  ///< of the loudspeaker, samples a second
  TestRandom random_;
  std::vector<Reflection> reflections_;
  std::vector<double> emitted_;    ///< what has left the loudspeaker
  std::vector<double> reflected_;  ///< the same with its reflections, both in samples of the loudspeaker
  double low_ = 0, high_ = 0;      ///< the loudspeaker's filters
  int64_t heard_ = 0;
};

}  // namespace sotto::media
