#include "tools/demo/recording.hpp"

#include <gtest/gtest.h>

#include <array>

#include "media/device/frame_stamp.hpp"
#include "media/device/raw_sound_file.hpp"
#include "media/device/test_picture.hpp"
#include "media/device/test_sound.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tools/demo/direction.hpp"
#include "tools/harness/frame_writer.hpp"
#include "tools/harness/recorder.hpp"
#include "tools/harness/write_file.hpp"

namespace sotto::tools {
namespace {

constexpr int kWidth = 320;
constexpr int kHeight = 180;
constexpr int kSeconds = 4;
const Timestamp kStart{100s};

TEST(Recording, BringsBackWhatTheRecorderWrote) {
  const TemporaryFolder folder;
  Recorder recorder;
  std::array<int16_t, kAudioBlockSamples> block{};
  block[0] = 7, block[479] = -7;
  recorder.sent_block(kStart);
  recorder.sent_frame(3, kStart + 1us);
  recorder.played_block(block, kStart + 2us);
  recorder.shown_frame(5, kStart + 3us, kWidth, kHeight);
  recorder.shown_frame(-1, kStart + 4us, kWidth, kHeight);
  EXPECT_EQ(recorder.unreadable_frames(), 1);
  ASSERT_TRUE(recorder.write(folder.path()).ok());

  const Result<Recording> recording = Recording::load(folder.path());
  ASSERT_TRUE(recording.ok()) << recording.error().message;
  EXPECT_EQ(recording.value().sent_blocks, std::vector<Timestamp>{kStart});
  EXPECT_EQ(recording.value().sent_frames, (std::map<int64_t, Timestamp>{{3, kStart + 1us}}));
  EXPECT_EQ(recording.value().played_blocks, std::vector<Timestamp>{kStart + 2us});
  EXPECT_EQ(recording.value().played_samples, std::vector<int16_t>(block.begin(), block.end()));
  ASSERT_EQ(recording.value().shown_frames.size(), 2u);
  EXPECT_EQ(recording.value().shown_frames[0].number, 5);
  EXPECT_EQ(recording.value().shown_frames[0].time, kStart + 3us);
  EXPECT_EQ(recording.value().shown_frames[1].number, -1);
}

TEST(Recording, SaysWhatIsMissingOrCannotBeUnderstood) {
  const TemporaryFolder folder;
  EXPECT_NE(Recording::load(folder.path()).error().message.find("sent_audio.csv"), std::string::npos);
  ASSERT_TRUE(Recorder().write(folder.path()).ok());
  ASSERT_TRUE(write_file(folder / "recv_video.csv", as_bytes("1,2,3\n")).ok());
  EXPECT_NE(Recording::load(folder.path()).error().message.find("recv_video.csv"), std::string::npos);
  ASSERT_TRUE(write_file(folder / "recv_video.csv", as_bytes("1,2,3,four\n")).ok());
  EXPECT_FALSE(Recording::load(folder.path()).ok());
}

/// What a peer sends, as files, and a recording of it that came through a line of a given delay.
class ComparedCall : public testing::Test {
 protected:
  ComparedCall() : pictures_(kWidth, kHeight) {
    media_.footage = {.file = folder_ / "footage.i420", .width = kWidth, .height = kHeight, .fps = 30, .frames = 40};
    media_.audio_file = folder_ / "sound.s16";
    Bytes footage;
    for (uint32_t number = 0; number < 40; ++number) append(footage, pictures_.frame(number)->bytes());
    EXPECT_TRUE(write_file(media_.footage.file, footage).ok());
    Result<media::RawSoundWriter> sound = media::RawSoundWriter::create(media_.audio_file);
    EXPECT_TRUE(sound.ok());
    media::TestSpeech speech;
    for (int i = 0; i < 100 * kSeconds; ++i) {
      std::array<int16_t, kAudioBlockSamples> block;
      speech.next(block);
      EXPECT_TRUE(sound->write(block).ok());
      speech_.push_back(block);
    }
    EXPECT_TRUE(sound->close().ok());
    std::filesystem::create_directories(folder_ / "frames");
  }

  /// Frame k of the call, as media_ says that it was sent.
  std::shared_ptr<VideoBuffer> sent(int64_t number) {
    Result<media::RawVideoFile> file = media::RawVideoFile::open(media_.footage.file, kWidth, kHeight);
    return sent_picture(*file, media_.footage, number).value();
  }

  Result<Direction> compare_call() {
    Result<void> written = recorder_.write(folder_.path());
    if (!written.ok()) return written.error();
    Result<Recording> recording = Recording::load(folder_.path());
    if (!recording.ok()) return recording.error();
    return compare(media_, *recording, *recording, {kStart + 1s, kStart + kSeconds * 1s});
  }

  TemporaryFolder folder_;
  media::TestPicture pictures_;
  DemoMedia media_;
  std::vector<std::array<int16_t, kAudioBlockSamples>> speech_;
  Recorder recorder_;
};

TEST_F(ComparedCall, MeasuresThePicturesThatWereShown) {
  for (int64_t number = 0; number < 30 * kSeconds; ++number) {
    const Timestamp captured = kStart + number * Duration(1s) / 30;
    recorder_.sent_frame(number, captured);
    if (number < 30 || number % 10 == 0) continue;
    recorder_.shown_frame(number, captured + 25ms, kWidth, kHeight);
  }
  {
    FrameWriter writer(folder_ / "frames");
    writer.write({sent(50), {}}, 50);
    const std::shared_ptr<VideoBuffer> spoilt = sent(90);
    spoilt->y()[kWidth * kHeight - 1] ^= 0x40;
    writer.write({spoilt, {}}, 90);
  }
  // Pictures that jump back are not shown.
  recorder_.shown_frame(40, kStart + 10s, kWidth, kHeight);
  recorder_.shown_frame(-1, kStart + 10s, kWidth, kHeight);

  const Result<Direction> direction = compare_call();
  ASSERT_TRUE(direction.ok()) << direction.error().message;
  EXPECT_EQ(direction.value().frames_sent, 90);
  EXPECT_EQ(direction.value().frames_shown, 81);
  EXPECT_NEAR(direction.value().frames_per_second, 27, 0.5);
  EXPECT_NEAR(direction.value().picture_delay_ms_p50, 25, 0.01);
  EXPECT_NEAR(*direction.value().first_picture_ms, 1000.0 / 30 + 25, 0.01);
  ASSERT_EQ(direction.value().pictures.size(), 2u);
  EXPECT_EQ(direction.value().pictures[0].number, 50);
  EXPECT_GE(direction.value().pictures[0].psnr, 99);
  EXPECT_LT(direction.value().pictures[1].psnr, 70);
  EXPECT_DOUBLE_EQ(direction.value().psnr_min, direction.value().pictures[1].psnr);
}

TEST_F(ComparedCall, MeasuresTheSoundFromMouthToEar) {
  const std::array<int16_t, kAudioBlockSamples> silence{};
  for (size_t i = 0; i < speech_.size(); ++i) {
    // Handed over when it is complete, and now and then late.
    recorder_.sent_block(kStart + (i + 1) * 10ms + (i % 7 == 3 ? 4ms : 0ms));
    // The card began 1003 ms after the microphone and plays what was said 43 ms before.
    recorder_.played_block(i < 4 ? silence : speech_[100 + i - 4 < speech_.size() ? 100 + i - 4 : 0],
                           kStart + 1003ms + i * 10ms);
  }
  const Result<Direction> direction = compare_call();
  ASSERT_TRUE(direction.ok()) << direction.error().message;
  EXPECT_NEAR(direction.value().sound_delay_ms_p50, 43, 0.1);
  EXPECT_GT(direction.value().sound_correlation, 0.7);
  EXPECT_GE(*direction.value().first_sound_ms, 43);
}

TEST_F(ComparedCall, MeasuresNothingWhereNothingArrived) {
  recorder_.sent_frame(0, kStart);
  const Result<Direction> direction = compare_call();
  ASSERT_TRUE(direction.ok()) << direction.error().message;
  EXPECT_EQ(direction.value().frames_shown, 0);
  EXPECT_EQ(direction.value().first_picture_ms, std::nullopt);
  EXPECT_EQ(direction.value().first_sound_ms, std::nullopt);
  EXPECT_EQ(direction.value().sound_windows, 0u);
  EXPECT_TRUE(direction.value().pictures.empty());
}

}  // namespace
}  // namespace sotto::tools
