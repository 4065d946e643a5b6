#include "media/audio/level_meter.hpp"

#include <algorithm>
#include <cmath>

namespace sotto::media {
namespace {

constexpr double kFullScale = 32768.0 * 32768.0;
constexpr double kBlockSeconds = 0.01;
constexpr double kMemorySeconds = 0.125;

}  // namespace

void LevelMeter::add(std::span<const int16_t, kAudioBlockSamples> block) {
  static const double share = 1 - std::exp(-kBlockSeconds / kMemorySeconds);
  int64_t energy = 0;
  for (const int16_t sample : block) energy += int64_t{sample} * sample;
  power_ += share * (static_cast<double>(energy) / kAudioBlockSamples - power_);
  const double level = power_ > 0 ? 10 * std::log10(power_ / kFullScale) : kSilence;
  dbfs_.store(std::max(level, kSilence), std::memory_order_relaxed);
}

void LevelMeter::clear() {
  power_ = 0;
  dbfs_.store(kSilence, std::memory_order_relaxed);
}

}  // namespace sotto::media
