#include "media/device/test_sound.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sotto::media {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kRate = kAudioSampleRate;

struct Range {
  double low, high;
};

// An adult's voice; the formants of the common vowels (Peterson and Barney 1952, rounded outwards).
constexpr Range kPitch{90, 220};        // Hz
constexpr Range kGlide{-60, 60};        // Hz a second
constexpr Range kSyllable{0.09, 0.26};  // s
constexpr std::array<Range, 3> kFormants{{{280, 850}, {900, 2300}, {2400, 3300}}};
constexpr std::array<double, 3> kBandwidths{80, 110, 160};  // Hz
constexpr double kShareOfPauses = 0.12;
constexpr double kShareOfNoise = 0.2;

int16_t to_sample(double value) { return static_cast<int16_t>(std::lround(std::clamp(value, -32767.0, 32767.0))); }

double within(Range range, double share) { return range.low + share * (range.high - range.low); }

}  // namespace

TestTone::TestTone(double frequency, double amplitude) : step_(2 * kPi * frequency / kRate), amplitude_(amplitude) {}

void TestTone::next(std::span<int16_t, kAudioBlockSamples> out) {
  for (int16_t& sample : out) {
    sample = to_sample(amplitude_ * std::sin(phase_));
    phase_ = std::fmod(phase_ + step_, 2 * kPi);
  }
}

TestSpeech::TestSpeech(uint64_t seed) : random_(seed) {}

void TestSpeech::start_syllable() {
  length_ = left_ = static_cast<int>(within(kSyllable, random_.uniform()) * kRate);
  pitch_ = within(kPitch, random_.uniform());
  glide_ = within(kGlide, random_.uniform()) / kRate;
  voiced_ = random_.uniform() < kShareOfNoise ? 0.0 : 1.0;
  loudness_ = random_.uniform() < kShareOfPauses ? 0.0 : 0.4 + 0.6 * random_.uniform();
  for (size_t i = 0; i < formants_.size(); ++i) {
    // A two-pole resonator; its gain makes the peak about as loud whatever the frequency.
    const double radius = std::exp(-kPi * kBandwidths[i] / kRate);
    const double angle = 2 * kPi * within(kFormants[i], random_.uniform()) / kRate;
    formants_[i].a = 2 * radius * std::cos(angle);
    formants_[i].b = -radius * radius;
    formants_[i].gain = (1 - radius) * 2 * std::sin(angle) / static_cast<double>(i + 1);
  }
}

void TestSpeech::next(std::span<int16_t, kAudioBlockSamples> out) {
  constexpr double kLoudness = 60'000;
  for (int16_t& sample : out) {
    if (left_ == 0) start_syllable();
    phase_ += pitch_ / kRate;
    phase_ -= std::floor(phase_);
    pitch_ += glide_;
    const double noise = random_.uniform() - 0.5;
    const double source = voiced_ * (0.5 - phase_ + 0.05 * noise) + (1 - voiced_) * 0.5 * noise;
    double mouth = 0;
    for (Formant& formant : formants_) {
      const double y = formant.gain * source + formant.a * formant.y1 + formant.b * formant.y2;
      formant.y2 = formant.y1;
      formant.y1 = y;
      mouth += y;
    }
    const double envelope = std::sin(kPi * left_ / length_);
    sample = to_sample(kLoudness * loudness_ * envelope * mouth);
    --left_;
  }
}

}  // namespace sotto::media
