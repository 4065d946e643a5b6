#include "tools/media_file/media_file.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <cstdlib>
#include <memory>
#include <numbers>

#include "base/bytes.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tools/harness/write_file.hpp"

namespace sotto::tools {
namespace {

using testing::HasSubstr;

/// A YUV4MPEG2 file of plain grey pictures, picture k of luma 20 + 10 k.
Bytes y4m(int width, int height, int fps, int pictures) {
  Bytes file;
  append(file, as_bytes("YUV4MPEG2 W" + std::to_string(width) + " H" + std::to_string(height) + " F" +
                        std::to_string(fps) + ":1 Ip A1:1 C420jpeg\n"));
  for (int k = 0; k < pictures; ++k) {
    append(file, as_bytes("FRAME\n"));
    file.insert(file.end(), static_cast<size_t>(width * height), static_cast<uint8_t>(20 + 10 * k));
    file.insert(file.end(), static_cast<size_t>(width * height / 2), uint8_t{128});
  }
  return file;
}

void little_endian(Bytes& to, uint32_t value, int count) {
  for (int i = 0; i < count; ++i) to.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

/// A stereo WAV file at 44.1 kHz with a tone of 440 Hz, the right channel silent.
Bytes wav(int frames) {
  Bytes file;
  append(file, as_bytes("RIFF"));
  little_endian(file, static_cast<uint32_t>(36 + frames * 4), 4);
  append(file, as_bytes("WAVEfmt "));
  little_endian(file, 16, 4);
  little_endian(file, 1, 2);
  little_endian(file, 2, 2);
  little_endian(file, 44100, 4);
  little_endian(file, 44100 * 4, 4);
  little_endian(file, 4, 2);
  little_endian(file, 16, 2);
  append(file, as_bytes("data"));
  little_endian(file, static_cast<uint32_t>(frames * 4), 4);
  for (int i = 0; i < frames; ++i) {
    const double sample = 8000 * std::sin(2 * std::numbers::pi * 440 * i / 44100);
    little_endian(file, static_cast<uint32_t>(static_cast<int>(std::lround(sample))), 2);
    little_endian(file, 0, 2);
  }
  return file;
}

class MediaFileTest : public testing::Test {
 protected:
  void SetUp() override {
    Result<MediaFile> loaded = MediaFile::load();
    ASSERT_TRUE(loaded.ok()) << loaded.error().message;
    decoder_ = std::make_unique<MediaFile>(std::move(loaded).value());
  }

  std::string save(const std::string& name, ByteView content) {
    EXPECT_TRUE(write_file(folder_ / name, content).ok());
    return folder_ / name;
  }

  /// The luma in the middle of each picture.
  std::vector<int> middle_lumas(const std::string& path, int width, int height, int fps) {
    std::vector<int> lumas;
    const Result<void> decoded = decoder_->decode_video(path, width, height, fps, [&](ByteView picture) {
      EXPECT_EQ(picture.size(), static_cast<size_t>(width * height * 3 / 2));
      lumas.push_back(picture[static_cast<size_t>(height / 2 * width + width / 2)]);
      return true;
    });
    EXPECT_TRUE(decoded.ok()) << decoded.error().message;
    return lumas;
  }

  TemporaryFolder folder_;
  std::unique_ptr<MediaFile> decoder_;
};

TEST_F(MediaFileTest, DecodesPicturesAtTheirOwnRate) {
  EXPECT_EQ(middle_lumas(save("a.y4m", y4m(64, 36, 30, 4)), 64, 36, 30), (std::vector<int>{20, 30, 40, 50}));
}

TEST_F(MediaFileTest, RepeatsPicturesOfASlowerFile) {
  EXPECT_EQ(middle_lumas(save("a.y4m", y4m(64, 36, 10, 2)), 64, 36, 30), (std::vector<int>{20, 20, 20, 30, 30, 30}));
}

TEST_F(MediaFileTest, LeavesOutPicturesOfAFasterFile) {
  EXPECT_EQ(middle_lumas(save("a.y4m", y4m(64, 36, 60, 6)), 64, 36, 30), (std::vector<int>{20, 40, 60}));
}

TEST_F(MediaFileTest, CropsToTheShapeThatIsWanted) {
  // White bars at the left and right of a picture that is too wide go.
  Bytes file = y4m(128, 32, 30, 1);
  const size_t start = file.size() - 128 * 32 * 3 / 2;
  for (size_t y = 0; y < 32; ++y) {
    for (size_t x = 0; x < 128; ++x) {
      if (x < 32 || x >= 96) file[start + y * 128 + x] = 235;
    }
  }
  int brightest = 0;
  const Result<void> decoded = decoder_->decode_video(save("a.y4m", file), 64, 32, 30, [&](ByteView picture) {
    for (size_t i = 0; i < 64 * 32; ++i) brightest = std::max<int>(brightest, picture[i]);
    return true;
  });
  ASSERT_TRUE(decoded.ok()) << decoded.error().message;
  EXPECT_LT(brightest, 40);
}

TEST_F(MediaFileTest, StopsWhenItIsEnough) {
  int count = 0;
  const Result<void> decoded = decoder_->decode_video(save("a.y4m", y4m(64, 36, 30, 10)), 64, 36, 30, [&](ByteView) {
    ++count;
    return count < 3;
  });
  EXPECT_TRUE(decoded.ok());
  EXPECT_EQ(count, 3);
}

TEST_F(MediaFileTest, BringsSoundToMonoAt48Kilohertz) {
  std::vector<int16_t> sound;
  const Result<void> decoded = decoder_->decode_audio(save("a.wav", wav(44100)), [&](std::span<const int16_t> samples) {
    sound.insert(sound.end(), samples.begin(), samples.end());
    return true;
  });
  ASSERT_TRUE(decoded.ok()) << decoded.error().message;
  EXPECT_NEAR(static_cast<double>(sound.size()), 48000, 10);
  double energy = 0;
  int crossings = 0;
  for (size_t i = 4801; i < 43200; ++i) {
    energy += static_cast<double>(sound[i]) * sound[i];
    if (sound[i - 1] < 0 && sound[i] >= 0) ++crossings;
  }
  // Half of each channel, in 0.8 s.
  EXPECT_NEAR(std::sqrt(energy / 38399), 4000 / std::numbers::sqrt2, 40);
  EXPECT_NEAR(crossings, 352, 1);
}

TEST_F(MediaFileTest, SaysWhatIsWrongWithAFile) {
  const auto ignore_picture = [](ByteView) { return true; };
  const auto ignore_sound = [](std::span<const int16_t>) { return true; };
  EXPECT_THAT(decoder_->decode_video("/nonexistent.avi", 64, 36, 30, ignore_picture).error().message,
              HasSubstr("/nonexistent.avi"));
  const std::string text = save("a.txt", as_bytes("this is no film\n"));
  EXPECT_FALSE(decoder_->decode_video(text, 64, 36, 30, ignore_picture).ok());
  EXPECT_THAT(decoder_->decode_audio(save("a.y4m", y4m(64, 36, 30, 1)), ignore_sound).error().message,
              HasSubstr("holds no audio"));
  EXPECT_THAT(decoder_->decode_video(save("a.wav", wav(441)), 64, 36, 30, ignore_picture).error().message,
              HasSubstr("holds no video"));
}

TEST_F(MediaFileTest, DoesNotReachOutOfThisMachine) {
  const std::string list = save("a.ffconcat", as_bytes("ffconcat version 1.0\nfile 'http://127.0.0.1:9/a.wav'\n"));
  EXPECT_FALSE(decoder_->decode_audio(list, [](std::span<const int16_t>) { return true; }).ok());
}

TEST(MediaFile, SaysThatItsModuleIsNotThere) {
  EXPECT_THAT(MediaFile::load_from("/nonexistent/module.so").error().message, HasSubstr("/nonexistent/module.so"));
}

TEST(MediaFile, NamesThePackagesWhenTheModuleCannotBeLoaded) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file(folder / "module.so", as_bytes("no library")).ok());
  EXPECT_THAT(MediaFile::load_from(folder / "module.so").error().message, HasSubstr("libavformat59"));
}

}  // namespace
}  // namespace sotto::tools
