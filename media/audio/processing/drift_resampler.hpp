#pragma once

#include <array>
#include <memory>
#include <span>

#include <sotto/audio_format.hpp>

struct SRC_STATE_tag;

namespace sotto::media {

/// Brings sound of one sound card to the clock of another, a few parts per million apart, by libsamplerate. Output
/// begins where input does; about the last 20 samples are held back from the moment that the clocks first differ.
/// Allocates nothing once it is made. One thread.
class DriftResampler {
 public:
  DriftResampler();

  /// From now on the clock that the input comes by runs so much faster than that of the output: at most 1000 parts per
  /// million either way.
  void set_drift(double ppm);

  /// Takes 10 ms of the one clock, returns about as much of the other. Valid until the next call.
  std::span<const int16_t> process(std::span<const int16_t, kAudioBlockSamples> block);

 private:
  // Ten milliseconds, and what was held back.
  static constexpr size_t kMost = kAudioBlockSamples + 64;

  struct Destroy {
    void operator()(SRC_STATE_tag* state) const;
  };
  std::unique_ptr<SRC_STATE_tag, Destroy> state_;
  double ratio_ = 1;  ///< of output to input
  bool used_ = false;
  std::array<float, kAudioBlockSamples> in_{};
  std::array<float, kMost> made_{};
  std::array<int16_t, kMost> out_{};
};

}  // namespace sotto::media
