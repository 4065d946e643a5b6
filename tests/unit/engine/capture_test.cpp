#include "engine/capture.hpp"

#include <gtest/gtest.h>

#include <array>
#include <future>
#include <type_traits>

#include "engine/event_thread.hpp"

namespace sotto::engine {

/// Stands in for the public calls that make a consent.
struct TestConsent {
  static DialConsent give(CallMedia media) { return DialConsent(std::move(media)); }
  static CameraConsent show(std::shared_ptr<VideoSource> camera) { return CameraConsent(std::move(camera)); }
  static ResumeConsent go_on() { return {}; }
};

namespace {

static_assert(!std::is_default_constructible_v<LocalConsent>);
static_assert(!std::is_copy_constructible_v<LocalConsent>);
static_assert(!std::is_constructible_v<DialConsent, CallMedia>);
static_assert(!std::is_constructible_v<AcceptConsent, CallMedia>);
static_assert(!std::is_constructible_v<MediaGate, DialConsent>);
static_assert(!std::is_default_constructible_v<MediaGate>);
static_assert(!std::is_copy_constructible_v<MediaGate>);
static_assert(!std::is_default_constructible_v<RemoteAccept>);
static_assert(!std::is_constructible_v<CameraConsent, std::shared_ptr<VideoSource>>);

VideoFrame picture(Timestamp time) { return {std::make_shared<VideoBuffer>(16, 16), time}; }

class CaptureTest : public ::testing::Test {
 protected:
  void settle() {
    std::promise<void> done;
    events_.post([&] { done.set_value(); });
    done.get_future().get();
  }
  void speak() {
    std::array<int16_t, kAudioBlockSamples> block;
    block.fill(1000);
    microphone_->push(block, Timestamp{});
  }

  EventThread events_;
  std::shared_ptr<PushAudioSource> microphone_ = std::make_shared<PushAudioSource>();
  std::shared_ptr<PushVideoSource> camera_ = std::make_shared<PushVideoSource>();
  std::shared_ptr<MuteSwitch> mute_ = std::make_shared<MuteSwitch>();
  int blocks_ = 0;
  std::vector<VideoFrame> frames_;
  Capture::AudioHandler on_audio_ = [this](AudioBlock, Timestamp, bool) { ++blocks_; };
  Capture::VideoHandler on_video_ = [this](VideoFrame frame) { frames_.push_back(std::move(frame)); };
};

TEST_F(CaptureTest, HandsNothingOnUntilItIsConnected) {
  Capture capture(TestConsent::give({microphone_, camera_}), mute_, events_);
  settle();
  speak();
  EXPECT_EQ(blocks_, 0);
}

TEST_F(CaptureTest, HandsTheLastPacketOfSoundOnTheMomentItIsConnected) {
  Capture capture(TestConsent::give({microphone_, camera_}), mute_, events_);
  settle();
  for (int i = 0; i < 10; ++i) speak();
  capture.connect(on_audio_, on_video_);
  EXPECT_EQ(blocks_, 2) << "20 ms, and none of what was said before";
  speak();
  EXPECT_EQ(blocks_, 3);
}

TEST_F(CaptureTest, HandsTheNewestPictureOnTheMomentItIsConnected) {
  Capture capture(TestConsent::give({microphone_, camera_}), mute_, events_);
  settle();
  camera_->push(picture(Timestamp{1ms}));
  camera_->push(picture(Timestamp{2ms}));
  capture.connect(on_audio_, on_video_);
  ASSERT_EQ(frames_.size(), 1u);
  EXPECT_EQ(frames_[0].time, Timestamp{2ms});
}

TEST_F(CaptureTest, IsSilentAfterItWasDisconnected) {
  Capture capture(TestConsent::give({microphone_, camera_}), mute_, events_);
  settle();
  capture.connect(on_audio_, on_video_);
  capture.disconnect();
  speak();
  camera_->push(picture(Timestamp{1ms}));
  EXPECT_EQ(blocks_, 0);
  EXPECT_TRUE(frames_.empty());
}

TEST_F(CaptureTest, TakesAnotherCameraInThePlaceOfTheFirst) {
  auto other = std::make_shared<PushVideoSource>();
  Capture capture(TestConsent::give({microphone_, camera_}), mute_, events_);
  settle();
  capture.connect(on_audio_, on_video_);
  capture.use_camera(TestConsent::show(other));
  camera_->push(picture(Timestamp{1ms}));
  EXPECT_TRUE(frames_.empty()) << "not even before it is closed";
  settle();
  other->push(picture(Timestamp{2ms}));
  ASSERT_EQ(frames_.size(), 1u);
  EXPECT_EQ(frames_[0].time, Timestamp{2ms});
  speak();
  EXPECT_EQ(blocks_, 1);
}

TEST_F(CaptureTest, ShutsItsCameraAndOpensTheSameAgain) {
  Capture capture(TestConsent::give({microphone_, camera_}), mute_, events_);
  settle();
  capture.connect(on_audio_, on_video_);
  capture.use_camera(TestConsent::show(nullptr));
  EXPECT_FALSE(capture.has_video());
  settle();
  camera_->push(picture(Timestamp{1ms}));
  capture.use_camera(TestConsent::show(camera_));
  settle();
  camera_->push(picture(Timestamp{2ms}));
  ASSERT_EQ(frames_.size(), 1u);
  EXPECT_EQ(frames_[0].time, Timestamp{2ms});
}

TEST_F(CaptureTest, LeavesItsSourcesToOthersWhileItIsPaused) {
  Capture capture(TestConsent::give({microphone_, camera_}), mute_, events_);
  settle();
  capture.connect(on_audio_, on_video_);
  capture.pause();
  speak();
  EXPECT_EQ(blocks_, 0) << "not even before they are closed";
  settle();
  int others = 0;
  microphone_->start([&](AudioBlock, Timestamp) { ++others; });
  speak();
  microphone_->stop();
  EXPECT_EQ(others, 1);
  EXPECT_EQ(blocks_, 0);
  capture.resume(TestConsent::go_on());
  settle();
  speak();
  camera_->push(picture(Timestamp{1ms}));
  EXPECT_EQ(blocks_, 1);
  EXPECT_EQ(frames_.size(), 1u);
}

TEST_F(CaptureTest, OpensACameraThatCameWhileItWasPausedWhenItGoesOn) {
  Capture capture(TestConsent::give({microphone_, nullptr}), mute_, events_);
  settle();
  capture.connect(on_audio_, on_video_);
  capture.pause();
  capture.use_camera(TestConsent::show(camera_));
  settle();
  camera_->push(picture(Timestamp{1ms}));
  EXPECT_TRUE(frames_.empty());
  capture.resume(TestConsent::go_on());
  settle();
  camera_->push(picture(Timestamp{2ms}));
  EXPECT_EQ(frames_.size(), 1u);
}

TEST_F(CaptureTest, ShutsTheSourcesWhenItGoes) {
  {
    Capture capture(TestConsent::give({microphone_, camera_}), mute_, events_);
    settle();
    capture.connect(on_audio_, on_video_);
  }
  settle();
  speak();
  camera_->push(picture(Timestamp{1ms}));
  EXPECT_EQ(blocks_, 0);
  EXPECT_TRUE(frames_.empty());
}

/// What of each block comes through.
struct Heard {
  int16_t sample;
  bool muted;
  bool operator==(const Heard&) const = default;
};

class MutedCaptureTest : public CaptureTest {
 protected:
  std::vector<Heard> heard_;
  Capture::AudioHandler on_sample_ = [this](AudioBlock block, Timestamp, bool muted) {
    heard_.push_back({block[0], muted});
  };
};

TEST_F(MutedCaptureTest, HandsOnSilenceInThePlaceOfWhatIsSaid) {
  Capture capture(TestConsent::give({microphone_, camera_}), mute_, events_);
  settle();
  capture.connect(on_sample_, on_video_);
  speak();
  mute_->set(true);
  speak();
  mute_->set(false);
  speak();
  speak();
  EXPECT_EQ(heard_, (std::vector<Heard>{{1000, false}, {0, true}, {0, true}, {1000, false}}))
      << "the block that was under way is not heard either";
}

TEST_F(MutedCaptureTest, KeepsNothingForTheBeginningThatWasSaidWhileItWasMuted) {
  Capture capture(TestConsent::give({microphone_, camera_}), mute_, events_);
  settle();
  mute_->set(true);
  speak();
  mute_->set(false);
  speak();
  capture.connect(on_sample_, on_video_);
  EXPECT_EQ(heard_, (std::vector<Heard>{{0, true}, {0, true}}));
}

TEST_F(MutedCaptureTest, ForgetsWhatItHasKeptWhenItIsMutedBeforeTheBeginning) {
  Capture capture(TestConsent::give({microphone_, camera_}), mute_, events_);
  settle();
  speak();
  speak();
  mute_->set(true);
  capture.connect(on_sample_, on_video_);
  EXPECT_EQ(heard_, (std::vector<Heard>{{0, true}, {0, true}}));
}

}  // namespace
}  // namespace sotto::engine
