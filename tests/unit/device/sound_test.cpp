#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "media/device/sound_quality.hpp"
#include "media/device/test_sound.hpp"

namespace sotto::media {
namespace {

std::vector<int16_t> speech(size_t seconds, uint64_t seed = 1) {
  std::vector<int16_t> sound(seconds * 48000);
  TestSpeech source(seed);
  for (size_t at = 0; at < sound.size(); at += 480) source.next(std::span(sound).subspan(at).first<480>());
  return sound;
}

std::vector<int16_t> delayed(const std::vector<int16_t>& sound, size_t samples) {
  std::vector<int16_t> later(samples, 0);
  later.insert(later.end(), sound.begin(), sound.end());
  later.resize(sound.size());
  return later;
}

double loudness(const std::vector<int16_t>& sound) {
  double sum = 0;
  for (const int16_t sample : sound) sum += static_cast<double>(sample) * sample;
  return std::sqrt(sum / static_cast<double>(sound.size()));
}

TEST(TestSpeech, IsTheSameForTheSameSeed) {
  EXPECT_EQ(speech(2, 7), speech(2, 7));
  EXPECT_NE(speech(2, 7), speech(2, 8));
}

TEST(TestSpeech, IsAsLoudAsAVoiceAndNeverClips) {
  const std::vector<int16_t> sound = speech(20);
  EXPECT_GT(loudness(sound), 500);
  EXPECT_LT(loudness(sound), 6000);
  EXPECT_LT(*std::max_element(sound.begin(), sound.end()), 32767);
  EXPECT_GT(*std::min_element(sound.begin(), sound.end()), -32767);
}

TEST(TestTone, HasItsFrequencyAndAmplitude) {
  std::vector<int16_t> sound(48000);
  TestTone source(1000, 5000);
  for (size_t at = 0; at < sound.size(); at += 480) source.next(std::span(sound).subspan(at).first<480>());
  int crossings = 0;
  for (size_t i = 1; i < sound.size(); ++i) crossings += sound[i - 1] < 0 && sound[i] >= 0;
  EXPECT_NEAR(crossings, 1000, 1);
  EXPECT_EQ(*std::max_element(sound.begin(), sound.end()), 5000);
}

TEST(SoundQuality, FindsADelay) {
  const std::vector<int16_t> sent = speech(5);
  const auto matches = match_sound(sent, delayed(sent, 48 * 123));
  const SoundQuality quality = summarize(matches);
  EXPECT_NEAR(to_milliseconds(quality.delay_p50), 123, 0.1);
  EXPECT_NEAR(to_milliseconds(quality.delay_p95), 123, 0.1);
  // All but the first window, in which the sound has only begun.
  EXPECT_GT(quality.matched, 0.95);
  EXPECT_GT(quality.score, 0.95);
}

TEST(SoundQuality, AddsWhatLiesBetweenTheTwoClocks) {
  const std::vector<int16_t> sent = speech(5);
  const SoundMatchOptions options{.received_start = 40ms};
  const SoundQuality quality = summarize(match_sound(sent, delayed(sent, 48 * 30), options), options);
  EXPECT_NEAR(to_milliseconds(quality.delay_p50), 70, 0.1);
}

TEST(SoundQuality, FollowsADelayThatJumps) {
  const std::vector<int16_t> sent = speech(10);
  std::vector<int16_t> received = delayed(sent, 48 * 50);
  const std::vector<int16_t> later = delayed(sent, 48 * 350);
  std::copy(later.begin() + 240'000, later.end(), received.begin() + 240'000);
  const SoundQuality quality = summarize(match_sound(sent, received));
  EXPECT_NEAR(to_milliseconds(quality.delay_p95), 350, 0.1);
}

TEST(SoundQuality, CountsWindowsThatFellSilentAsLost) {
  const std::vector<int16_t> sent = speech(10);
  std::vector<int16_t> received = delayed(sent, 48 * 50);
  std::fill(received.begin() + 240'000, received.end(), int16_t{0});
  const SoundQuality quality = summarize(match_sound(sent, received));
  EXPECT_NEAR(quality.matched, 0.5, 0.06);
  EXPECT_NEAR(quality.score, 0.5, 0.06);
}

TEST(SoundQuality, MatchesNothingInAnotherSound) {
  const SoundQuality quality = summarize(match_sound(speech(5, 1), speech(5, 2)));
  EXPECT_LT(quality.matched, 0.5);
}

TEST(SoundQuality, HasNothingToSayOfSilence) {
  const std::vector<int16_t> silence(96'000, 0);
  EXPECT_EQ(summarize(match_sound(silence, silence)).windows, 0u);
  EXPECT_EQ(summarize(match_sound({}, {})).windows, 0u);
  EXPECT_EQ(summarize(match_sound(std::vector<int16_t>(100, 5), std::vector<int16_t>(100, 5))).windows, 0u);
}

}  // namespace
}  // namespace sotto::media
