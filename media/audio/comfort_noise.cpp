#include "media/audio/comfort_noise.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sotto::media {
namespace {

// What passes for the quietest rises by 3 dB a second until something as quiet comes again. Speech pauses more often.
constexpr double kRise = 1.00693;  // a frame of 10 ms, of power

// No background is louder than -45 dBFS: what is, is music, or a stream that has had no pause yet.
constexpr double kLoudest = 184.0 * 184.0;

// Below -84 dBFS there is nothing to be heard.
constexpr double kSilent = 2.0 * 2.0;

// So much of the spectrum each quiet frame replaces, unless it is much quieter than any of late.
constexpr double kNews = 0.2;

// White noise 40 dB below what is observed: keeps prediction sane whatever that is.
constexpr double kWhite = 1e-4;

}  // namespace

void ComfortNoise::observe(std::span<const int16_t> sound) {
  for (; sound.size() >= kFrame; sound = sound.subspan(kFrame)) look_at(sound.first<kFrame>());
}

void ComfortNoise::look_at(std::span<const int16_t, kFrame> frame) {
  int64_t sum = 0;
  for (const int16_t sample : frame) sum += static_cast<int32_t>(sample) * sample;
  const double power = static_cast<double>(sum) / kFrame;
  quietest_ *= kRise;
  if (any_ && power > quietest_) return;
  const double news = any_ && power > quietest_ / 2 ? kNews : 1.0;
  quietest_ = std::max(power, kSilent);
  for (size_t lag = 0; lag <= kOrder; ++lag) {
    int64_t product = 0;
    for (size_t i = lag; i < kFrame; ++i) product += static_cast<int32_t>(frame[i]) * frame[i - lag];
    spectrum_[lag] += news * (static_cast<double>(product) / kFrame - spectrum_[lag]);
  }
  any_ = true;
  predicted_ = false;
}

double ComfortNoise::level() const { return std::sqrt(std::min(spectrum_[0], kLoudest)); }

/// Levinson and Durbin's recursion.
void ComfortNoise::predict() {
  predicted_ = true;
  coefficients_ = {};
  double error = spectrum_[0] * (1 + kWhite);
  for (size_t order = 0; order < kOrder && error > 0; ++order) {
    double reflection = spectrum_[order + 1];
    for (size_t i = 0; i < order; ++i) reflection -= coefficients_[i] * spectrum_[order - i];
    reflection /= error;
    std::array<double, kOrder> next = coefficients_;
    next[order] = reflection;
    for (size_t i = 0; i < order; ++i) next[i] -= reflection * coefficients_[order - 1 - i];
    coefficients_ = next;
    error *= 1 - reflection * reflection;
  }
  const double quieter = spectrum_[0] > kLoudest ? kLoudest / spectrum_[0] : 1.0;
  loudness_ = std::sqrt(std::max(error, 0.0) * quieter);
}

/// Evenly spread, of a root mean square of 1.
double ComfortNoise::excitation() {
  random_ = random_ * 1664525 + 1013904223;
  return (static_cast<double>(random_) / 2147483648.0 - 1.0) * std::numbers::sqrt3;
}

void ComfortNoise::add_to(std::span<int16_t> sound, double from, double to) {
  if (spectrum_[0] < kSilent || (from <= 0 && to <= 0)) return;
  if (!predicted_) predict();
  const double step = (to - from) / static_cast<double>(sound.size());
  double gain = from;
  for (int16_t& sample : sound) {
    double value = loudness_ * excitation();
    for (size_t i = 0; i < kOrder; ++i) value += coefficients_[i] * memory_[i];
    std::copy_backward(memory_.begin(), memory_.end() - 1, memory_.end());
    memory_[0] = value;
    sample = static_cast<int16_t>(std::clamp(std::lround(sample + gain * value), -32768L, 32767L));
    gain += step;
  }
}

}  // namespace sotto::media
