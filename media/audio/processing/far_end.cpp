#include "media/audio/processing/far_end.hpp"

#include <algorithm>

namespace sotto::media {

void FarEnd::add(std::span<const int16_t, kAudioBlockSamples> block) { append(resampler_.process(block)); }

void FarEnd::append(std::span<const int16_t> samples) {
  for (const int16_t sample : samples) kept_[static_cast<size_t>(end_++) % kKept] = sample;
}

void FarEnd::add_silence(int64_t samples) {
  const int64_t written = std::min(samples, static_cast<int64_t>(kKept));
  end_ += samples - written;
  for (int64_t i = 0; i < written; ++i) kept_[static_cast<size_t>(end_++) % kKept] = 0;
}

void FarEnd::read(int64_t from, std::span<int16_t> out) const {
  const int64_t oldest = std::max<int64_t>(end_ - static_cast<int64_t>(kKept), 0);
  for (int16_t& sample : out) {
    sample = from >= oldest && from < end_ ? kept_[static_cast<size_t>(from) % kKept] : int16_t{0};
    ++from;
  }
}

}  // namespace sotto::media
