#include "media/device/echo_room.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace sotto::media {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kRate = kAudioSampleRate;
constexpr double kSpeedOfSound = 343;  // m/s

// A small office. Nothing is in the middle of anything, where reflections would fall together.
constexpr std::array<double, 3> kBox{5.0, 3.4, 2.6};          // m
constexpr std::array<double, 3> kLoudspeaker{1.7, 1.3, 0.9};  // m from a corner
constexpr std::array<double, 3> kMicrophone{2.1, 1.0, 0.8};
constexpr int kMostBounces = 3;

// Velvet noise (Karjalainen and Jarvelainen 2007): so many impulses a second sound as dense as any noise.
constexpr double kImpulsesPerSecond = 2000;
constexpr double kTailBegins = 0.015;  // s after the direct sound

// What a small loudspeaker passes.
constexpr double kLowest = 150;    // Hz
constexpr double kHighest = 9000;  // Hz

// Samples on either side that make up one between two of the loudspeaker's.
constexpr int kSincReach = 24;
constexpr size_t kSincTaps = 2UL * kSincReach;

double distance(const std::array<double, 3>& a, const std::array<double, 3>& b) {
  return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/// The cosine window at the places of whole samples.
struct Window {
  Window() {
    for (size_t tap = 0; tap < cosines.size(); ++tap) {
      const double angle = kPi * (static_cast<double>(tap) - kSincReach + 1) / kSincReach;
      cosines[tap] = std::cos(angle);
      sines[tap] = std::sin(angle);
    }
  }
  std::array<double, kSincTaps> cosines{}, sines{};
};

}  // namespace

EchoRoom::EchoRoom(const EchoRoomOptions& options)
    : options_(options), rate_(kRate * (1 + options.loudspeaker_ppm * 1e-6)), random_(options.seed) {
  add_images();
  add_tail();
  set_loudness();
}

/// Image sources (Allen and Berkley 1979): a mirrored loudspeaker for each way over up to three walls.
void EchoRoom::add_images() {
  const double direct = distance(kLoudspeaker, kMicrophone);
  // Eyring's formula: how much of the sound a wall of this box gives back.
  const double surface = 2 * (kBox[0] * kBox[1] + kBox[1] * kBox[2] + kBox[0] * kBox[2]);
  const double volume = kBox[0] * kBox[1] * kBox[2];
  const double wall = std::exp(-0.161 * volume / (2 * surface * to_seconds(options_.reverberation)));
  for (int x = -kMostBounces; x <= kMostBounces; ++x) {
    for (int y = -kMostBounces; y <= kMostBounces; ++y) {
      for (int z = -kMostBounces; z <= kMostBounces; ++z) {
        const std::array<int, 3> cell{x, y, z};
        const int bounces = std::abs(x) + std::abs(y) + std::abs(z);
        if (bounces > kMostBounces) continue;
        std::array<double, 3> image{};
        for (size_t i = 0; i < 3; ++i) {
          image[i] = cell[i] * kBox[i] + (cell[i] % 2 == 0 ? kLoudspeaker[i] : kBox[i] - kLoudspeaker[i]);
        }
        const double way = distance(image, kMicrophone);
        reflections_.push_back({static_cast<size_t>(std::lround((way - direct) / kSpeedOfSound * kRate)),
                                std::pow(wall, bounces) * direct / way});
      }
    }
  }
}

void EchoRoom::add_tail() {
  const double spacing = kRate / kImpulsesPerSecond;
  const double length = to_seconds(options_.reverberation) * kRate;
  // As loud where it begins as the reflections are there, by their number.
  const double loudest = 0.25;
  const auto impulses = static_cast<int>((length - kTailBegins * kRate) / spacing);
  for (int i = 0; i < impulses; ++i) {
    const double position = kTailBegins * kRate + spacing * (i + 0.5 * (1 + random_.symmetric()));
    const double decay = std::pow(10, -3 * position / length);
    reflections_.push_back({static_cast<size_t>(position), std::copysign(loudest * decay, random_.symmetric())});
  }
}

/// Brings the echo of noise to the loudness that was asked for.
void EchoRoom::set_loudness() {
  double energy = 0;
  for (const Reflection& reflection : reflections_) energy += reflection.gain * reflection.gain;
  const double gain = std::pow(10, options_.echo_db / 20) / std::sqrt(energy);
  for (Reflection& reflection : reflections_) reflection.gain *= gain;
}

void EchoRoom::play(std::span<const int16_t, kAudioBlockSamples> block) {
  const double low = 1 - std::exp(-2 * kPi * kLowest / rate_);
  const double high = 1 - std::exp(-2 * kPi * kHighest / rate_);
  for (const int16_t sample : block) {
    low_ += low * (sample - low_);
    high_ += high * (sample - low_ - high_);
    emitted_.push_back(high_);
  }
  const size_t begin = reflected_.size();
  reflected_.resize(emitted_.size());
  for (const Reflection& reflection : reflections_) {
    // What has been emitted before the first sample is silence.
    for (size_t i = std::max(begin, reflection.delay); i < emitted_.size(); ++i) {
      reflected_[i] += reflection.gain * emitted_[i - reflection.delay];
    }
  }
}

Duration EchoRoom::next_play() const {
  return Duration(std::llround(1e6 * static_cast<double>(emitted_.size()) / rate_));
}

/// The sound of the loudspeaker at a moment between its samples: a sinc under a window of cosines, written without any
/// sine or cosine for each of its taps.
double EchoRoom::at_microphone(double position) const {
  static const Window window;
  const auto whole = static_cast<int64_t>(std::floor(position));
  const double fraction = position - static_cast<double>(whole);
  if (fraction < 1e-9) return sample(whole);
  const double angle = kPi * fraction / kSincReach;
  const double cosine = std::cos(angle), sine = std::sin(angle);
  double sum = 0;
  for (int i = -kSincReach + 1; i <= kSincReach; ++i) {
    const auto tap = static_cast<size_t>(i + kSincReach - 1);
    const double weight = 0.5 + 0.5 * (window.cosines[tap] * cosine + window.sines[tap] * sine);
    sum += (i % 2 == 0 ? -1 : 1) * weight / (i - fraction) * sample(whole + i);
  }
  return sum * std::sin(kPi * fraction) / kPi;
}

double EchoRoom::sample(int64_t at) const {
  return at < 0 || at >= static_cast<int64_t>(reflected_.size()) ? 0 : reflected_[static_cast<size_t>(at)];
}

void EchoRoom::hear(std::span<double, kAudioBlockSamples> out) {
  // The sum of three evenly spread numbers is close to normal, and has a variance of one.
  const double noise = 32768 * std::pow(10, options_.noise_dbfs / 20);
  const double air = distance(kLoudspeaker, kMicrophone) / kSpeedOfSound;
  for (double& sample : out) {
    const double time = static_cast<double>(heard_++) / kRate - to_seconds(options_.delay) - air;
    sample = at_microphone(time * rate_) + noise * (random_.symmetric() + random_.symmetric() + random_.symmetric());
  }
}

}  // namespace sotto::media
