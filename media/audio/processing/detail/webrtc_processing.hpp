#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include <sotto/audio_format.hpp>
#include <sotto/audio_processing.hpp>
#include <sotto/time.hpp>

namespace sotto::media::detail {

/// The library webrtc-audio-processing: 0.3 and 1.x have different interfaces, and each has a file of its own that
/// brings it behind this one. One thread.
class WebrtcProcessing {
 public:
  explicit WebrtcProcessing(const AudioProcessing& wanted);
  ~WebrtcProcessing();

  /// Changes 10 ms of the microphone. `far` is what the loudspeaker plays: the first echo of a sample of it comes back
  /// into `near` kLead later, or at least 4 and at most 30 ms later.
  void process(std::span<const int16_t, kAudioBlockSamples> far, std::span<int16_t, kAudioBlockSamples> near);
  static constexpr Duration kLead = 12ms;

  /// Whether somebody speaks in what process() was given last.
  bool voice() const;
  /// By how many dB its canceller has made the echo quieter lately, if it can tell.
  std::optional<double> echo_return_loss_enhancement() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace sotto::media::detail
