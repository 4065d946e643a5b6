#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include <sotto/audio_format.hpp>
#include <sotto/time.hpp>

#include "media/audio/processing/delay_finder.hpp"
#include "media/audio/processing/device_clock.hpp"
#include "media/audio/processing/far_end.hpp"
#include "media/audio/processing/render_queue.hpp"

namespace sotto::media {

/// Tells what the loudspeaker played that the microphone hears now: searches the delay between them and follows it,
/// brings the loudspeaker's clock to that of the microphone, and keeps the two together when one of them leaves
/// something out. render() by one thread, the rest by another.
class EchoReference {
 public:
  /// `lead`: how much before its echo the sound is wanted.
  explicit EchoReference(Duration lead);

  /// Playing thread.
  void render(std::span<const int16_t, kAudioBlockSamples> block, Timestamp when) { queue_.push(block, when); }

  /// The microphone has 10 ms complete at `when`: writes to `far` what was played before its echo in `near` by about
  /// the lead.
  void align(std::span<const int16_t, kAudioBlockSamples> near, Timestamp when,
             std::span<int16_t, kAudioBlockSamples> far);
  /// The same for 10 ms that are not to be looked at.
  void skip(Timestamp when);

  /// How long what is played takes to come back, if that has been found.
  std::optional<Duration> delay() const;
  /// How much faster the loudspeaker's clock runs, in parts per million, if that can be told yet.
  std::optional<double> drift_ppm() const { return drift_; }

 private:
  void take_rendered();
  void follow_clocks(Timestamp when);
  void follow_delay();

  const int lead_;  ///< samples
  RenderQueue queue_;
  FarEnd far_end_;
  DeviceClock loudspeaker_, microphone_;
  std::optional<double> drift_;
  int until_next_rate_ = 0;

  DelayFinder finder_;
  /// The microphone's blocks that the finder has not seen yet: it works a little in the past, where all of the far end
  /// is known.
  std::array<std::array<int16_t, kAudioBlockSamples>, 4> recent_{};
  size_t blocks_ = 0;
  std::optional<int64_t> position_;  ///< of the far end, where the microphone is now
  int offset_ = 0;                   ///< by how much earlier the far end is read than there, in samples
};

}  // namespace sotto::media
