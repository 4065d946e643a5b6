#include "tools/bench_audio/intelligibility.hpp"

#include <kissfft/kiss_fftr.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <numbers>

#include "base/assert.hpp"

namespace sotto::tools {
namespace {

// The measure's own constants; the letters are the paper's.
constexpr double kRate = 10'000;      // Hz
constexpr size_t kFrame = 256;        // samples, half of which the next frame shares
constexpr size_t kHop = kFrame / 2;   // samples
constexpr size_t kTransform = 512;    // a frame and as many zeros
constexpr size_t kBands = 15;         // J: third octaves
constexpr double kLowestBand = 150;   // Hz, the centre
constexpr size_t kSegment = 30;       // N frames: 384 ms
constexpr double kSilence = 1e-4;     // of the loudest frame's energy: 40 dB below it there is no speech
constexpr double kFloor = 5.6234133;  // 10^(15/20): no band counts for less than -15 dB (beta)

using Sound = std::vector<float>;
/// How much of each band is in a frame.
using Bands = std::array<double, kBands>;

/// Hann's window without the zeros at its ends.
const std::array<double, kFrame>& window() {
  static const auto made = [] {
    std::array<double, kFrame> values{};
    for (size_t i = 0; i < kFrame; ++i) {
      values[i] = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i + 1) / (kFrame + 1));
    }
    return values;
  }();
  return made;
}

size_t frames_in(size_t samples) { return samples < kFrame ? 0 : (samples - kFrame) / kHop + 1; }

double energy_of_frame(std::span<const float> sound, size_t frame) {
  double energy = 0;
  for (size_t i = 0; i < kFrame; ++i) {
    const double sample = static_cast<double>(sound[frame * kHop + i]) * window()[i];
    energy += sample * sample;
  }
  return energy;
}

/// The frames in which something is said.
std::vector<size_t> frames_of_speech(std::span<const float> said) {
  std::vector<double> energies(frames_in(said.size()));
  for (size_t frame = 0; frame < energies.size(); ++frame) energies[frame] = energy_of_frame(said, frame);
  const double loudest = energies.empty() ? 0 : *std::max_element(energies.begin(), energies.end());
  std::vector<size_t> frames;
  for (size_t frame = 0; frame < energies.size(); ++frame) {
    if (loudest > 0 && energies[frame] > loudest * kSilence) frames.push_back(frame);
  }
  return frames;
}

/// These frames alone, each faded into the next.
Sound join_frames(std::span<const float> sound, std::span<const size_t> frames) {
  if (frames.empty()) return {};
  Sound joined((frames.size() - 1) * kHop + kFrame);
  for (size_t k = 0; k < frames.size(); ++k) {
    for (size_t i = 0; i < kFrame; ++i) {
      joined[k * kHop + i] += static_cast<float>(static_cast<double>(sound[frames[k] * kHop + i]) * window()[i]);
    }
  }
  return joined;
}

/// Which bins of the transform belong to which band: from the first to before the second.
std::array<std::pair<size_t, size_t>, kBands> bins_of_bands() {
  std::array<std::pair<size_t, size_t>, kBands> bins;
  const auto bin_at = [](double hertz) { return static_cast<size_t>(std::lround(hertz * kTransform / kRate)); };
  for (size_t band = 0; band < kBands; ++band) {
    const double centre = kLowestBand * std::pow(2.0, static_cast<double>(band) / 3);
    bins[band] = {bin_at(centre * std::pow(2.0, -1.0 / 6)), bin_at(centre * std::pow(2.0, 1.0 / 6))};
  }
  return bins;
}

struct Free {
  void operator()(kiss_fftr_state* plan) const { kiss_fftr_free(plan); }
};

std::vector<Bands> bands_of(const Sound& sound) {
  const std::unique_ptr<kiss_fftr_state, Free> plan(kiss_fftr_alloc(kTransform, 0, nullptr, nullptr));
  const auto bins = bins_of_bands();
  std::vector<Bands> all(frames_in(sound.size()));
  for (size_t frame = 0; frame < all.size(); ++frame) {
    std::array<float, kTransform> shaped{};
    std::array<kiss_fft_cpx, kTransform / 2 + 1> spectrum;
    for (size_t i = 0; i < kFrame; ++i) {
      shaped[i] = static_cast<float>(static_cast<double>(sound[frame * kHop + i]) * window()[i]);
    }
    kiss_fftr(plan.get(), shaped.data(), spectrum.data());
    for (size_t band = 0; band < kBands; ++band) {
      double power = 0;
      for (size_t bin = bins[band].first; bin < bins[band].second; ++bin) {
        power += static_cast<double>(spectrum[bin].r) * spectrum[bin].r;
        power += static_cast<double>(spectrum[bin].i) * spectrum[bin].i;
      }
      all[frame][band] = std::sqrt(power);
    }
  }
  return all;
}

using Segment = std::array<double, kSegment>;

Segment segment_of(const std::vector<Bands>& bands, size_t band, size_t first) {
  Segment segment;
  for (size_t i = 0; i < kSegment; ++i) segment[i] = bands[first + i][band];
  return segment;
}

double energy_of(const Segment& segment) {
  double energy = 0;
  for (const double value : segment) energy += value * value;
  return energy;
}

void take_mean_off(Segment& segment) {
  double mean = 0;
  for (const double value : segment) mean += value / kSegment;
  for (double& value : segment) value -= mean;
}

/// How alike a band's course is at both ends over a segment: equation 5 of the paper.
double likeness(Segment said, Segment heard) {
  constexpr double kNothing = 1e-30;  // of energy
  const double gain = std::sqrt(energy_of(said) / (energy_of(heard) + kNothing));
  for (size_t i = 0; i < kSegment; ++i) heard[i] = std::min(gain * heard[i], said[i] * (1 + kFloor));
  take_mean_off(said);
  take_mean_off(heard);
  double product = 0;
  for (size_t i = 0; i < kSegment; ++i) product += said[i] * heard[i];
  return product / (std::sqrt(energy_of(said) * energy_of(heard)) + kNothing);
}

}  // namespace

double speech_intelligibility_at_10_khz(std::span<const float> said, std::span<const float> heard) {
  SOTTO_ASSERT(said.size() == heard.size());
  const std::vector<size_t> speech = frames_of_speech(said);
  const std::vector<Bands> x = bands_of(join_frames(said, speech));
  const std::vector<Bands> y = bands_of(join_frames(heard, speech));
  if (x.size() < kSegment) return 0;
  double sum = 0;
  const size_t segments = x.size() - kSegment + 1;
  for (size_t first = 0; first < segments; ++first) {
    for (size_t band = 0; band < kBands; ++band) {
      sum += likeness(segment_of(x, band, first), segment_of(y, band, first));
    }
  }
  return sum / static_cast<double>(segments * kBands);
}

std::vector<float> at_10_khz(std::span<const int16_t> sound) {
  // 24 samples become 5: a windowed sinc at five phases, 10 periods to each side, which begins to fall at 4.5 kHz; the
  // highest band ends at 4.3.
  constexpr size_t kPhases = 5, kStep = 24;
  constexpr int64_t kReach = 100;
  constexpr double kCutoff = 9'500.0 / 48'000;  // of a cycle a sample, twice the cutoff frequency
  static const auto filters = [] {
    std::array<std::array<float, 2 * kReach + 1>, kPhases> made{};
    for (size_t phase = 0; phase < kPhases; ++phase) {
      const double fraction = static_cast<double>(phase * kStep % kPhases) / kPhases;
      double sum = 0;
      for (int64_t i = -kReach; i <= kReach; ++i) {
        const double x = std::numbers::pi * (static_cast<double>(i) - fraction);
        const double sinc = std::abs(x) < 1e-9 ? kCutoff : std::sin(kCutoff * x) / x;
        const double value = sinc * (0.5 + 0.5 * std::cos(x / static_cast<double>(kReach + 1)));
        made[phase][static_cast<size_t>(i + kReach)] = static_cast<float>(value);
        sum += value;
      }
      for (float& value : made[phase]) value = static_cast<float>(value / sum);
    }
    return made;
  }();
  std::vector<float> out(sound.size() * kPhases / kStep);
  for (size_t k = 0; k < out.size(); ++k) {
    const auto centre = static_cast<int64_t>(k * kStep / kPhases);
    const auto& filter = filters[k % kPhases];
    const int64_t first = std::max<int64_t>(centre - kReach, 0);
    const int64_t last = std::min<int64_t>(centre + kReach, static_cast<int64_t>(sound.size()) - 1);
    float sum = 0;
    for (int64_t i = first; i <= last; ++i) {
      sum += filter[static_cast<size_t>(i - centre + kReach)] * static_cast<float>(sound[static_cast<size_t>(i)]);
    }
    out[k] = sum;
  }
  return out;
}

double speech_intelligibility(std::span<const int16_t> said, std::span<const int16_t> heard) {
  return speech_intelligibility_at_10_khz(at_10_khz(said), at_10_khz(heard));
}

}  // namespace sotto::tools
