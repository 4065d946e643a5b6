#include "tools/bench_audio/intelligibility.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "media/device/test_sound.hpp"

namespace sotto::tools {
namespace {

using Sound = std::vector<float>;

constexpr size_t kLength = 60'000;  // 6 s at 10 kHz

/// Evenly from -1 to 1; the generator is Knuth's for MMIX.
Sound noise(uint64_t seed) {
  Sound sound(kLength);
  for (float& sample : sound) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    sample = static_cast<float>(static_cast<double>(seed >> 40) / 8388608.0 - 1.0);
  }
  return sound;
}

/// Four syllables a second, the last of which is a pause: a voice of 150 Hz with all its harmonics, and breath.
Sound syllables() {
  Sound sound = noise(1);
  for (size_t i = 0; i < sound.size(); ++i) {
    const double t = static_cast<double>(i) / 10'000;
    const double loudness = std::fmod(t, 1.0) < 0.75 ? std::max(0.0, std::sin(2 * std::numbers::pi * 4 * t)) : 0.0;
    double voice = 0;
    for (int harmonic = 1; harmonic <= 20; ++harmonic) {
      voice += std::sin(2 * std::numbers::pi * 150 * harmonic * t) / harmonic;
    }
    sound[i] = static_cast<float>(1000 * loudness * (voice + 0.3 * static_cast<double>(sound[i])));
  }
  return sound;
}

Sound with_noise(Sound sound, float loudness) {
  const Sound added = noise(2);
  for (size_t i = 0; i < sound.size(); ++i) sound[i] += loudness * added[i];
  return sound;
}

struct Reference {
  float noise;
  double value;
};

// What another implementation of the paper (pystoi 0.4.1, which is checked against the authors' own) makes of the same.
TEST(Intelligibility, GivesTheValuesOfTheReferenceImplementation) {
  const Sound said = syllables();
  for (const Reference& reference : {Reference{0, 1.0}, Reference{100, 0.993740}, Reference{300, 0.941040},
                                     Reference{1000, 0.705869}, Reference{3000, 0.473568}}) {
    EXPECT_NEAR(speech_intelligibility_at_10_khz(said, with_noise(said, reference.noise)), reference.value, 0.001)
        << reference.noise;
  }
  Sound broken = said;
  for (size_t i = 0; i < broken.size(); ++i) broken[i] = i % 1000 < 200 ? 0 : broken[i];
  EXPECT_NEAR(speech_intelligibility_at_10_khz(said, broken), 0.886665, 0.001) << "holes of 20 ms, ten a second";
  Sound clipped = said;
  for (float& sample : clipped) sample = std::clamp(sample, -300.0f, 300.0f);
  EXPECT_NEAR(speech_intelligibility_at_10_khz(said, clipped), 0.628685, 0.001);
}

TEST(Intelligibility, DoesNotCareHowLoudItIs) {
  const Sound said = syllables();
  const Sound heard = with_noise(said, 300);
  Sound louder = heard;
  for (float& sample : louder) sample *= 7;
  EXPECT_NEAR(speech_intelligibility_at_10_khz(said, louder), speech_intelligibility_at_10_khz(said, heard), 1e-6);
}

TEST(Intelligibility, DoesNotCareWhatIsHeardWhileNothingIsSaid) {
  const Sound said = syllables();
  Sound heard = said;
  const Sound chatter = noise(3);
  for (size_t i = 0; i < heard.size(); ++i) {
    const size_t of_second = i % 10'000;
    if (of_second >= 7'900 && of_second < 9'600) heard[i] = 1000 * chatter[i];
  }
  EXPECT_GT(speech_intelligibility_at_10_khz(said, heard), 0.97);
}

TEST(Intelligibility, IsNothingWhereNothingOrSomethingElseIsHeard) {
  const Sound said = syllables();
  EXPECT_NEAR(speech_intelligibility_at_10_khz(said, Sound(said.size())), 0, 1e-6);
  EXPECT_LT(speech_intelligibility_at_10_khz(said, noise(5)), 0.4);
}

TEST(Intelligibility, IsNothingWhereThereIsHardlyAnySpeech) {
  EXPECT_EQ(speech_intelligibility_at_10_khz({}, {}), 0);
  const Sound quiet(10'000);
  EXPECT_EQ(speech_intelligibility_at_10_khz(quiet, quiet), 0);
  const Sound said = syllables();
  const std::span<const float> a_moment = std::span(said).first(3'000);
  EXPECT_EQ(speech_intelligibility_at_10_khz(a_moment, a_moment), 0);
}

class ToneAt10Khz : public testing::TestWithParam<double> {};
INSTANTIATE_TEST_SUITE_P(Hertz, ToneAt10Khz, testing::Values(150.0, 1000.0, 4000.0));

TEST_P(ToneAt10Khz, IsTheSameToneInTime) {
  std::vector<int16_t> tone(48'000);
  media::TestTone source(GetParam());
  for (size_t at = 0; at < tone.size(); at += 480) source.next(std::span(tone).subspan(at).first<480>());
  const Sound sound = at_10_khz(tone);
  ASSERT_EQ(sound.size(), 10'000u);
  for (size_t i = 100; i < sound.size() - 100; ++i) {
    const double expected = 8000 * std::sin(2 * std::numbers::pi * GetParam() * static_cast<double>(i) / 10'000);
    ASSERT_NEAR(sound[i], expected, 80) << i;
  }
}

TEST(SoundAt10Khz, HoldsNothingOfWhatIsAbove5Khz) {
  std::vector<int16_t> tone(48'000);
  media::TestTone source(6000);
  for (size_t at = 0; at < tone.size(); at += 480) source.next(std::span(tone).subspan(at).first<480>());
  const Sound sound = at_10_khz(tone);
  for (size_t i = 100; i < sound.size() - 100; ++i) ASSERT_NEAR(sound[i], 0, 40) << i;
}

}  // namespace
}  // namespace sotto::tools
