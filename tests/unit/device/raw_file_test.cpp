#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <numeric>
#include <vector>

#include "media/device/raw_sound_file.hpp"
#include "media/device/raw_video_file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace sotto::media {
namespace {

using testing::HasSubstr;

class RawFileTest : public testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& content) const {
    const std::string path = folder_ / name;
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  std::string path(const std::string& name) const { return folder_ / name; }

  const TemporaryFolder folder_;
};

TEST_F(RawFileTest, ReadsPicturesInAnyOrder) {
  const size_t size = VideoBuffer::byte_size(6, 4);
  auto video = RawVideoFile::open(file("a.i420", std::string(size, 'a') + std::string(size, 'b')), 6, 4);
  ASSERT_TRUE(video.ok()) << video.error().message;
  EXPECT_EQ(video->frames(), 2);
  EXPECT_EQ(video->frame(1).value()->bytes().back(), 'b');
  EXPECT_EQ(video->frame(0).value()->bytes().front(), 'a');
}

TEST_F(RawFileTest, GivesEachPictureMemoryOfItsOwnWhileItIsHeld) {
  const size_t size = VideoBuffer::byte_size(6, 4);
  auto video = RawVideoFile::open(file("a.i420", std::string(size, 'a') + std::string(size, 'b')), 6, 4);
  ASSERT_TRUE(video.ok());
  const std::shared_ptr<VideoBuffer> first = video->frame(0).value();
  const std::shared_ptr<VideoBuffer> second = video->frame(1).value();
  EXPECT_EQ(first->bytes()[0], 'a');
  EXPECT_EQ(second->bytes()[0], 'b');
}

TEST_F(RawFileTest, SaysWhatIsWrongWithAVideoFile) {
  EXPECT_THAT(RawVideoFile::open(path("missing"), 6, 4).error().message, HasSubstr("No such file"));
  EXPECT_THAT(RawVideoFile::open(file("empty", ""), 6, 4).error().message, HasSubstr("is empty"));
  EXPECT_THAT(RawVideoFile::open(file("odd", "abcde"), 6, 4).error().message, HasSubstr("no whole number of I420"));
  EXPECT_THAT(RawVideoFile::open(file("big", "abc"), 5000, 4).error().message, HasSubstr("not supported"));
  EXPECT_THAT(RawVideoFile::open(folder_.path(), 6, 4).error().message, HasSubstr("not a regular file"));
}

TEST_F(RawFileTest, NoticesAVideoFileThatShrinks) {
  const size_t size = VideoBuffer::byte_size(6, 4);
  const std::string name = file("a.i420", std::string(2 * size, 'a'));
  auto video = RawVideoFile::open(name, 6, 4);
  ASSERT_TRUE(video.ok());
  std::filesystem::resize_file(name, size);
  EXPECT_THAT(video->frame(1).error().message, HasSubstr("become shorter"));
  EXPECT_TRUE(video->frame(0).ok());
}

TEST(PingPongIndex, GoesForwardsAndBackwardsForEver) {
  std::vector<int64_t> indices;
  for (int64_t i = 0; i < 10; ++i) indices.push_back(ping_pong_index(i, 3));
  EXPECT_EQ(indices, (std::vector<int64_t>{0, 1, 2, 2, 1, 0, 0, 1, 2, 2}));
  EXPECT_EQ(ping_pong_index(12345, 1), 0);
}

TEST_F(RawFileTest, WritesAndReadsSound) {
  std::vector<int16_t> samples(960);
  std::iota(samples.begin(), samples.end(), int16_t{-480});
  auto writer = RawSoundWriter::create(path("a.s16"));
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE(writer->write(samples).ok());
  ASSERT_TRUE(writer->close().ok());
  EXPECT_EQ(std::filesystem::file_size(path("a.s16")), 1920u);

  auto sound = RawSoundFile::open(path("a.s16"));
  ASSERT_TRUE(sound.ok());
  EXPECT_EQ(sound->samples(), 960);
  std::array<int16_t, 480> block;
  ASSERT_TRUE(sound->read_block(1, block).ok());
  EXPECT_EQ(block[0], 0);
  ASSERT_TRUE(sound->read_block(0, block).ok());
  EXPECT_EQ(block[0], -480);
}

TEST_F(RawFileTest, PlaysSoundOverAndOverWhateverItsLength) {
  std::vector<int16_t> samples(700);
  std::iota(samples.begin(), samples.end(), int16_t{0});
  auto writer = RawSoundWriter::create(path("a.s16"));
  ASSERT_TRUE(writer->write(samples).ok());
  ASSERT_TRUE(writer->close().ok());
  auto sound = RawSoundFile::open(path("a.s16"));
  ASSERT_TRUE(sound.ok());
  std::array<int16_t, 480> block;
  for (int64_t index = 0; index < 20; ++index) {
    ASSERT_TRUE(sound->read_block(index, block).ok());
    for (size_t i = 0; i < block.size(); ++i) {
      ASSERT_EQ(block[i], (index * 480 + static_cast<int64_t>(i)) % 700);
    }
  }
}

TEST_F(RawFileTest, PlaysASoundThatIsShorterThanABlock) {
  auto sound = RawSoundFile::open(file("short", "aabb"));
  ASSERT_TRUE(sound.ok());
  std::array<int16_t, 480> block;
  ASSERT_TRUE(sound->read_block(3, block).ok());
  EXPECT_EQ(block[0], 0x6161);
  EXPECT_EQ(block[479], 0x6262);
}

TEST_F(RawFileTest, SaysWhatIsWrongWithASoundFile) {
  EXPECT_THAT(RawSoundFile::open(path("missing")).error().message, HasSubstr("No such file"));
  EXPECT_THAT(RawSoundFile::open(file("empty", "")).error().message, HasSubstr("is empty"));
  EXPECT_THAT(RawSoundFile::open(file("odd", "abc")).error().message, HasSubstr("no whole number of 16-bit samples"));
  EXPECT_THAT(RawSoundWriter::create(path("no/such/folder")).error().message, HasSubstr("No such file"));
}

TEST_F(RawFileTest, NoticesAFullDisk) {
  auto writer = RawSoundWriter::create("/dev/full");
  if (!writer.ok()) GTEST_SKIP() << "no /dev/full here";
  const std::vector<int16_t> samples(100);
  (void)writer->write(samples);
  EXPECT_FALSE(writer->close().ok());
}

}  // namespace
}  // namespace sotto::media
