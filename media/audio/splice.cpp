#include "media/audio/splice.hpp"

#include <algorithm>
#include <cmath>

#include "base/assert.hpp"

namespace sotto::media {
namespace {

// Below -50 dBFS nobody hears how two pieces meet.
constexpr double kQuietEnergy = 100.0 * 100.0;  // a sample, squared

double energy_of(std::span<const int16_t> sound) {
  double energy = 0;
  for (const int16_t sample : sound) energy += static_cast<double>(sample) * sample;
  return energy;
}

double product_of(std::span<const int16_t> a, std::span<const int16_t> b) {
  int64_t sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += static_cast<int32_t>(a[i]) * b[i];
  return static_cast<double>(sum);
}

}  // namespace

void cross_fade(std::span<const int16_t> from, std::span<int16_t> to) {
  SOTTO_ASSERT(from.size() == to.size());
  const auto length = static_cast<int32_t>(to.size()) + 1;
  for (size_t i = 0; i < to.size(); ++i) {
    const int32_t in = static_cast<int32_t>(i) + 1;
    to[i] = static_cast<int16_t>((from[i] * (length - in) + to[i] * in) / length);
  }
}

Cut find_cut(std::span<const int16_t> sound, size_t least, size_t most) {
  SOTTO_ASSERT(sound.size() >= most + kJoinSamples);
  if (energy_of(sound.first(most + kJoinSamples)) < kQuietEnergy * static_cast<double>(most + kJoinSamples)) {
    return {most, 1.0};
  }
  const std::span<const int16_t> now = sound.first(kJoinSamples);
  const double energy = energy_of(now);
  double after_energy = energy_of(sound.subspan(least, kJoinSamples));
  Cut best{most, 0.0};
  for (size_t cut = least; cut <= most; ++cut) {
    const double likeness = product_of(now, sound.subspan(cut, kJoinSamples)) / std::sqrt(energy * after_energy + 1.0);
    if (likeness > best.likeness) best = {cut, likeness};
    if (cut == most) break;
    const double leaving = sound[cut], entering = sound[cut + kJoinSamples];
    after_energy += entering * entering - leaving * leaving;
  }
  return best;
}

void repeat_beginning(std::span<const int16_t> sound, size_t samples, std::span<int16_t> out) {
  SOTTO_ASSERT(out.size() == sound.size() + samples && sound.size() >= samples + kJoinSamples);
  std::copy_n(sound.begin(), samples, out.begin());
  std::copy(sound.begin(), sound.end(), out.begin() + static_cast<std::ptrdiff_t>(samples));
  cross_fade(sound.subspan(samples, kJoinSamples), out.subspan(samples, kJoinSamples));
}

void apply_cut(std::span<int16_t> sound, size_t samples) {
  cross_fade(sound.first(kJoinSamples), sound.subspan(samples, kJoinSamples));
}

}  // namespace sotto::media
