#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <sotto/audio_format.hpp>

namespace sotto::media {

/// Searches for the delay with which sound of the loudspeaker comes back into the microphone: an adaptive filter at
/// 4 kHz, long enough for every delay in question, grows its largest tap there. One thread; allocates nothing once it
/// is made.
class DelayFinder {
 public:
  /// The longest delay that it finds.
  static constexpr int kMostMilliseconds = 500;

  DelayFinder();

  /// Takes 10 ms of both at the same place in time.
  void add(std::span<const int16_t, kAudioBlockSamples> far, std::span<const int16_t, kAudioBlockSamples> near);

  /// The same for 10 ms of the microphone that are not to be looked at.
  void pass(std::span<const int16_t, kAudioBlockSamples> far);

  /// By how many samples (at 48 kHz) the first sound comes back later; nothing until it is known, and what it was last
  /// while there is nothing to be heard.
  std::optional<int> delay() const { return delay_; }

 private:
  static constexpr int kFactor = 12;
  static constexpr size_t kTaps = kMostMilliseconds * 4 + 48;  // what comes last needs a few taps
  static constexpr size_t kFilter = 96;
  static constexpr size_t kLowBlock = kAudioBlockSamples / kFactor;

  /// Low-pass, every twelfth sample, and pre-emphasis, so that the pitch of a voice does not stand out.
  class Decimator {
   public:
    void process(std::span<const int16_t, kAudioBlockSamples> in, std::span<float, kLowBlock> out);

   private:
    std::array<float, kFilter + kAudioBlockSamples> line_{};
    float last_ = 0;
  };

  void make_room();
  void adapt(float near);
  void look();

  Decimator far_, near_;
  std::vector<float> history_;  ///< of the far end, the newest last, with room for some blocks more
  size_t end_ = 0;
  float energy_ = 0;         ///< of the newest kTaps in it
  std::vector<float> taps_;  ///< the one for the oldest sample first
  int blocks_ = 0;
  int heard_ = 0;  ///< samples with something to learn from, since the last look
  std::optional<int> candidate_;
  int confirmed_ = 0;
  std::optional<int> delay_;
};

}  // namespace sotto::media
