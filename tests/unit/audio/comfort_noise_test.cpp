#include "media/audio/comfort_noise.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "media/device/test_sound.hpp"

namespace sotto::media {
namespace {

class Noise {
 public:
  /// White, or with `colour` near 1, mostly low.
  std::vector<int16_t> next(size_t samples, double level, double colour = 0) {
    std::vector<int16_t> noise(samples);
    const double gain = level * std::sqrt(3 * (1 - colour * colour));
    for (int16_t& sample : noise) {
      state_ = state_ * 6364136223846793005u + 1442695040888963407u;
      last_ = colour * last_ + gain * (static_cast<double>(state_ >> 40) / 8388608.0 - 1.0);
      sample = static_cast<int16_t>(std::lround(last_));
    }
    return noise;
  }

 private:
  uint64_t state_ = 1;
  double last_ = 0;
};

double level_of(std::span<const int16_t> sound) {
  double energy = 0;
  for (const int16_t sample : sound) energy += static_cast<double>(sample) * sample;
  return std::sqrt(energy / static_cast<double>(sound.size()));
}

/// How alike neighbours are: 0 for white noise, near 1 for low sounds.
double colour_of(std::span<const int16_t> sound) {
  double product = 0, energy = 1;
  for (size_t i = 1; i < sound.size(); ++i) {
    product += static_cast<double>(sound[i]) * sound[i - 1];
    energy += static_cast<double>(sound[i]) * sound[i];
  }
  return product / energy;
}

std::vector<int16_t> made_by(ComfortNoise& noise, size_t samples = 48'000) {
  std::vector<int16_t> sound(samples);
  noise.add_to(sound, 1, 1);
  return sound;
}

TEST(ComfortNoise, IsSilentBeforeItHasHeardAnything) {
  ComfortNoise noise;
  EXPECT_EQ(noise.level(), 0);
  EXPECT_EQ(level_of(made_by(noise)), 0);
}

TEST(ComfortNoise, IsAsLoudAsTheBackgroundAndSoundsLikeIt) {
  for (const double colour : {0.0, 0.9}) {
    ComfortNoise noise;
    Noise source;
    noise.observe(source.next(5 * 48'000, 100, colour));
    const std::vector<int16_t> made = made_by(noise);
    EXPECT_NEAR(20 * std::log10(level_of(made) / 100), 0, 2) << "dB";
    EXPECT_NEAR(colour_of(made), colour, 0.07);
  }
}

TEST(ComfortNoise, TakesNoSpeechForBackground) {
  ComfortNoise noise;
  Noise source;
  TestSpeech speech;
  for (int second = 0; second < 20; ++second) {
    for (int i = 0; i < 70; ++i) {
      std::array<int16_t, 480> block;
      speech.next(block);
      const std::vector<int16_t> background = source.next(480, 50);
      for (size_t k = 0; k < block.size(); ++k) block[k] = static_cast<int16_t>(block[k] / 2 + background[k]);
      noise.observe(block);
    }
    noise.observe(source.next(30 * 480, 50));
  }
  EXPECT_NEAR(20 * std::log10(noise.level() / 50), 0, 3) << "dB";
}

TEST(ComfortNoise, FollowsABackgroundThatGrewWithinTenSeconds) {
  ComfortNoise noise;
  Noise source;
  noise.observe(source.next(5 * 48'000, 20));
  noise.observe(source.next(10 * 48'000, 150));
  EXPECT_NEAR(20 * std::log10(noise.level() / 150), 0, 3) << "dB";
}

TEST(ComfortNoise, FollowsABackgroundThatFellAtOnce) {
  ComfortNoise noise;
  Noise source;
  noise.observe(source.next(5 * 48'000, 150));
  noise.observe(source.next(48'000 / 2, 20));
  EXPECT_LE(noise.level(), 25);
}

TEST(ComfortNoise, IsNeverLoudWhateverItHears) {
  ComfortNoise noise;
  noise.observe(std::vector<int16_t>(48'000, -32768));
  EXPECT_LE(level_of(made_by(noise)), 250);
  Noise source;
  ComfortNoise of_noise;
  of_noise.observe(source.next(48'000, 10'000));
  EXPECT_LE(level_of(made_by(of_noise)), 250);
  TestTone tone(1000, 32'000);
  ComfortNoise of_tone;
  for (int i = 0; i < 100; ++i) {
    std::array<int16_t, 480> block;
    tone.next(block);
    of_tone.observe(block);
  }
  EXPECT_LE(level_of(made_by(of_tone)), 250);
}

TEST(ComfortNoise, FadesFromOneGainToTheOther) {
  ComfortNoise noise;
  Noise source;
  noise.observe(source.next(48'000, 100));
  std::vector<int16_t> sound(48'000);
  noise.add_to(sound, 0, 1);
  EXPECT_LE(level_of(std::span(sound).first(4'800)), 20);
  EXPECT_GE(level_of(std::span(sound).last(4'800)), 70);
}

TEST(ComfortNoise, AddsToWhatIsThere) {
  ComfortNoise noise;
  Noise source;
  noise.observe(source.next(48'000, 100));
  std::vector<int16_t> loud(4'800, 32'767), quiet(4'800, -32'768);
  noise.add_to(loud, 1, 1);
  noise.add_to(quiet, 1, 1);
  EXPECT_GE(*std::min_element(loud.begin(), loud.end()), 30'000);
  EXPECT_LE(*std::max_element(quiet.begin(), quiet.end()), -30'000);
}

}  // namespace
}  // namespace sotto::media
