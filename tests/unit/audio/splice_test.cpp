#include "media/audio/splice.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <vector>

#include "media/audio/sample_queue.hpp"
#include "media/device/test_sound.hpp"

namespace sotto::media {
namespace {

std::vector<int16_t> tone(double frequency, double amplitude, size_t blocks) {
  std::vector<int16_t> sound(blocks * 480);
  TestTone source(frequency, amplitude);
  for (size_t i = 0; i < blocks; ++i) source.next(std::span(sound).subspan(i * 480).first<480>());
  return sound;
}

TEST(Splice, CutsWholePeriodsOutOfATone) {
  const std::vector<int16_t> sound = tone(200, 8000, 3);
  const Cut cut = find_cut(sound, 120, 480);
  EXPECT_EQ(cut.samples % 240, 0u);
  EXPECT_GT(cut.likeness, 0.999);
}

TEST(Splice, CutsAsMuchAsItMayWhereItIsQuiet) {
  const std::vector<int16_t> sound = tone(441, 60, 3);
  const Cut cut = find_cut(sound, 120, 480);
  EXPECT_EQ(cut.samples, 480u);
  EXPECT_EQ(cut.likeness, 1.0);
}

TEST(Splice, FindsNothingAlikeInNoise) {
  std::vector<int16_t> noise(960);
  std::srand(1);
  for (int16_t& sample : noise) sample = static_cast<int16_t>(std::rand() % 20000 - 10000);
  EXPECT_LT(find_cut(noise, 120, 480).likeness, 0.5);
}

TEST(Splice, LeavesNoStepBehind) {
  std::vector<int16_t> sound = tone(333, 8000, 3);
  std::vector<int16_t> played(sound.begin(), sound.begin() + 1);
  apply_cut(sound, 400);
  played.insert(played.end(), sound.begin() + 400, sound.end());
  for (size_t i = 1; i < played.size(); ++i) {
    EXPECT_LT(std::abs(played[i] - played[i - 1]), 8000 * 2 * 3.15 * 333 / 48000 + 2 * 8000 / 240.0 + 2) << i;
  }
}

TEST(Splice, RepeatsTheBeginningAndGoesOnAsBefore) {
  const std::vector<int16_t> sound = tone(200, 8000, 2);
  std::vector<int16_t> longer(sound.size() + 480);
  repeat_beginning(sound, 480, longer);
  EXPECT_TRUE(std::equal(sound.begin(), sound.begin() + 480, longer.begin()));
  EXPECT_TRUE(std::equal(sound.begin() + kJoinSamples, sound.end(), longer.begin() + 480 + kJoinSamples));
  for (size_t i = 1; i < longer.size(); ++i) {
    EXPECT_LT(std::abs(longer[i] - longer[i - 1]), 8000 * 2 * 3.15 * 200 / 48000 + 10) << i;
  }
}

TEST(Splice, FadesFromOneSoundToTheOther) {
  const std::vector<int16_t> from(240, 1000);
  std::vector<int16_t> to(240, -1000);
  cross_fade(from, to);
  EXPECT_NEAR(to.front(), 1000, 10);
  EXPECT_NEAR(to[119], 0, 10);
  EXPECT_NEAR(to.back(), -1000, 10);
}

TEST(Splice, TakesTheLoudestSoundThereIs) {
  const std::vector<int16_t> from(240, -32768);
  std::vector<int16_t> to(240, -32768);
  cross_fade(from, to);
  EXPECT_EQ(to, from);
  EXPECT_GT(find_cut(std::vector<int16_t>(960, -32768), 120, 480).likeness, 0.99);
}

TEST(SampleQueue, KeepsTheOrderHoweverOftenItIsFilledAndEmptied) {
  SampleQueue<100> queue;
  int16_t in = 0, out = 0;
  for (int round = 0; round < 1000; ++round) {
    while (queue.size() + 7 <= 100) {
      for (int16_t& sample : queue.append(7)) sample = in++;
    }
    for (int i = 0; i < 13; ++i) {
      ASSERT_EQ(queue.view().front(), out++);
      queue.drop_front(1);
    }
  }
}

}  // namespace
}  // namespace sotto::media
