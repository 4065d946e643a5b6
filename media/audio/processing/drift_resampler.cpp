#include "media/audio/processing/drift_resampler.hpp"

#include <samplerate.h>

#include <algorithm>

#include "base/assert.hpp"

namespace sotto::media {
namespace {

// Its distortion of -97 dB is beyond what any canceller reaches.
constexpr int kConverter = SRC_SINC_FASTEST;
constexpr double kMostDrift = 1000;

}  // namespace

DriftResampler::DriftResampler() {
  int error = 0;
  state_.reset(src_new(kConverter, 1, &error));
  SOTTO_ASSERT(state_ != nullptr);
}

void DriftResampler::set_drift(double ppm) {
  ratio_ = 1 / (1 + std::clamp(ppm, -kMostDrift, kMostDrift) * 1e-6);
  used_ = used_ || ratio_ != 1;
}

std::span<const int16_t> DriftResampler::process(std::span<const int16_t, kAudioBlockSamples> block) {
  // Most people have one sound card.
  if (!used_) return block;
  src_short_to_float_array(block.data(), in_.data(), static_cast<int>(in_.size()));
  SRC_DATA data{};
  data.data_in = in_.data();
  data.input_frames = static_cast<long>(in_.size());
  data.data_out = made_.data();
  data.output_frames = static_cast<long>(made_.size());
  data.src_ratio = ratio_;
  SOTTO_ASSERT(src_process(state_.get(), &data) == 0 && data.input_frames_used == data.input_frames);
  src_float_to_short_array(made_.data(), out_.data(), static_cast<int>(data.output_frames_gen));
  return std::span(out_).first(static_cast<size_t>(data.output_frames_gen));
}

void DriftResampler::Destroy::operator()(SRC_STATE_tag* state) const { src_delete(state); }

}  // namespace sotto::media
