#include "tools/report/sound_picture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <png.h>

#include <algorithm>

#include "media/device/test_sound.hpp"

namespace sotto::tools {
namespace {

using testing::Each;
using testing::IsEmpty;
using testing::Le;
using testing::SizeIs;

void play(SoundPainter& painter, media::TestTone tone, int blocks) {
  std::array<int16_t, kAudioBlockSamples> block;
  for (int i = 0; i < blocks; ++i) {
    tone.next(block);
    painter.add(block);
  }
}

TEST(SoundPainter, ShowsAToneInItsRow) {
  SoundPainter painter;
  play(painter, media::TestTone(1000, 32767), 20);
  for (const auto& column : painter.columns()) {
    const auto loudest = std::max_element(column.begin(), column.end());
    EXPECT_EQ(loudest - column.begin(), 16) << "of 62.5 Hz each";
    EXPECT_NEAR(*loudest, 0, 0.1) << "a sine of full scale";
    EXPECT_LT(column[40], -80) << "far from it there is nothing";
  }
}

TEST(SoundPainter, ShowsSilenceAsSilence) {
  SoundPainter painter;
  painter.add(std::vector<int16_t>(48000, 0));
  const auto picture = painter.paint(0);
  ASSERT_TRUE(picture.has_value());
  EXPECT_THAT(picture->levels, Each(Le(-119)));
}

TEST(SoundPainter, SaysHowLoudItIs) {
  SoundPainter painter;
  play(painter, media::TestTone(440, 32767), 20);
  EXPECT_NEAR(painter.paint(0)->levels.front(), -3.0, 0.2) << "the mean square of a sine is half of its peak's";
}

TEST(SoundPainter, HasAColumnEachTenMillisecondsOfAShortSound) {
  SoundPainter painter;
  painter.add(std::vector<int16_t>(768 + 9 * 480, 0));
  const auto picture = painter.paint(0.25);
  EXPECT_THAT(picture->levels, SizeIs(10));
  EXPECT_DOUBLE_EQ(picture->seconds, 0.1);
  EXPECT_DOUBLE_EQ(picture->start_seconds, 0.25);
}

TEST(SoundPainter, GrowsNoWiderInALongCall) {
  SoundPainter painter;
  const std::vector<int16_t> second(48000, 0);
  for (int i = 0; i < 120; ++i) painter.add(second);
  const auto picture = painter.paint(0);
  EXPECT_LT(picture->levels.size(), SoundPainter::kMostColumns);
  EXPECT_GE(picture->levels.size(), SoundPainter::kMostColumns / 2);
  EXPECT_NEAR(picture->seconds, 120, 0.5);
}

TEST(SoundPainter, KeepsTheFirstHalfWhenItJoinsColumns) {
  SoundPainter painter;
  play(painter, media::TestTone(2000, 16000), 700);
  painter.add(std::vector<int16_t>(700 * 480, 0));
  const auto columns = painter.columns();
  EXPECT_GT(columns.front()[32], -20);
  EXPECT_GT(columns[columns.size() * 2 / 5][32], -20);
  EXPECT_LT(columns.back()[32], -100);
}

TEST(SoundPainter, WritesAPngOfItsColumnsAndRows) {
  SoundPainter painter;
  play(painter, media::TestTone(1000, 32767), 31);
  const auto picture = painter.paint(0);
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  ASSERT_NE(png_image_begin_read_from_memory(&image, picture->png.data(), picture->png.size()), 0) << image.message;
  image.format = PNG_FORMAT_GRAY;
  std::vector<uint8_t> pixels(PNG_IMAGE_SIZE(image));
  ASSERT_NE(png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr), 0);
  EXPECT_EQ(image.width, picture->levels.size());
  EXPECT_EQ(image.height, SoundPainter::kRows);
  // Low tones are at the bottom, and loud is bright.
  EXPECT_GT(pixels[(SoundPainter::kRows - 1 - 16) * image.width + 5], 200);
  EXPECT_LT(pixels[20 * image.width + 5], 30);
}

TEST(SoundPainter, HasNoPictureOfNothing) { EXPECT_FALSE(SoundPainter().paint(0).has_value()); }

}  // namespace
}  // namespace sotto::tools
