#include "tools/harness/capture.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <future>

#include "media/device/frame_stamp.hpp"
#include "media/device/test_picture.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tools/demo/recording.hpp"
#include "tools/harness/playout.hpp"
#include "tools/harness/write_file.hpp"

namespace sotto::tools {
namespace {

using testing::HasSubstr;

constexpr int kWidth = 160;
constexpr int kHeight = 90;
constexpr int kPictures = 3;

class CaptureTest : public testing::Test {
 protected:
  CaptureTest() {
    media::TestPicture pictures(kWidth, kHeight);
    Bytes footage, sound;
    for (uint32_t number = 0; number < kPictures; ++number) append(footage, pictures.frame(number)->bytes());
    for (int i = 0; i < 4800; ++i) append(sound, Bytes{static_cast<uint8_t>(i), static_cast<uint8_t>(i >> 8)});
    config_.video = FootageConfig{folder_ / "a.i420", kWidth, kHeight, 100, kPictures};
    config_.audio_file = folder_ / "a.s16";
    EXPECT_TRUE(write_file(config_.video->file, footage).ok());
    EXPECT_TRUE(write_file(config_.audio_file, sound).ok());
  }

  TemporaryFolder folder_;
  PeerConfig config_;
  Recorder recorder_;
};

TEST_F(CaptureTest, HandsOverBlocksInOrderWithWhatTheFileHolds) {
  Result<std::shared_ptr<Capture>> capture = Capture::open(config_, recorder_);
  ASSERT_TRUE(capture.ok()) << capture.error().message;
  const std::shared_ptr<AudioSource> microphone = (*capture)->microphone();
  std::vector<int16_t> samples;
  std::promise<void> enough;
  microphone->start([&](AudioBlock block, Timestamp) {
    samples.insert(samples.end(), block.begin(), block.end());
    if (samples.size() == 5 * kAudioBlockSamples) enough.set_value();
  });
  enough.get_future().wait();
  microphone->stop();
  ASSERT_GE(samples.size(), 5 * kAudioBlockSamples);
  for (size_t i = 0; i < 5 * kAudioBlockSamples; ++i) ASSERT_EQ(samples[i], static_cast<int16_t>(i));
}

TEST_F(CaptureTest, StampsEachFrameAndRecordsIt) {
  Result<std::shared_ptr<Capture>> capture = Capture::open(config_, recorder_);
  ASSERT_TRUE(capture.ok()) << capture.error().message;
  const std::shared_ptr<VideoSource> camera = (*capture)->camera();
  std::vector<std::pair<int64_t, Timestamp>> frames;
  std::promise<void> enough;
  camera->start([&](const VideoFrame& frame) {
    frames.emplace_back(media::read_stamp(*frame.buffer).value_or(0xffff), frame.time);
    if (frames.size() == 5) enough.set_value();
  });
  enough.get_future().wait();
  camera->stop();
  EXPECT_EQ(frames.front().first, 0);
  EXPECT_TRUE(std::is_sorted(frames.begin(), frames.end()));
  ASSERT_TRUE(recorder_.write(folder_.path()).ok());
  const Result<Recording> recording = Recording::load(folder_.path());
  ASSERT_TRUE(recording.ok());
  EXPECT_EQ(recording.value().sent_frames, (std::map<int64_t, Timestamp>(frames.begin(), frames.end())));
}

TEST_F(CaptureTest, HasNoCameraWithoutFootage) {
  config_.video.reset();
  Result<std::shared_ptr<Capture>> capture = Capture::open(config_, recorder_);
  ASSERT_TRUE(capture.ok());
  EXPECT_EQ((*capture)->camera(), nullptr);
}

TEST_F(CaptureTest, RefusesFootageThatIsTooShort) {
  config_.video->frames = kPictures + 1;
  const Result<std::shared_ptr<Capture>> capture = Capture::open(config_, recorder_);
  ASSERT_FALSE(capture.ok());
  EXPECT_THAT(capture.error().message, HasSubstr("holds 3 frames, fewer than the 4"));
}

TEST(Playout, AsksForBlockAfterBlockUntilItIsClosed) {
  int blocks = 0;
  std::promise<void> enough;
  {
    const Playout playout([&](std::span<int16_t, kAudioBlockSamples>) {
      if (++blocks == 3) enough.set_value();
    });
    enough.get_future().wait();
  }
  EXPECT_GE(blocks, 3);
}

}  // namespace
}  // namespace sotto::tools
