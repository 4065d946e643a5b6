#include "media/video/video_sender.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "video_test_support.hpp"

namespace sotto::media {
namespace {

using testing::ElementsAre;

VideoFrame blank(int width, int height, Timestamp time) {
  auto buffer = std::make_shared<VideoBuffer>(width, height);
  std::ranges::fill(buffer->bytes(), uint8_t{128});
  return {buffer, time};
}

TEST(SuggestedMaxBitrate, MeetsItsAnchorsAndGrowsWithThePicture) {
  EXPECT_EQ(suggested_max_bitrate(640, 360), DataRate::kbps(1700));
  EXPECT_EQ(suggested_max_bitrate(1280, 720), DataRate::kbps(2500));
  EXPECT_EQ(suggested_max_bitrate(720, 1280), suggested_max_bitrate(1280, 720));
  DataRate last;
  for (const auto& [width, height] :
       std::vector<std::pair<int, int>>{{160, 90}, {320, 180}, {640, 360}, {960, 540}, {1280, 720}, {1920, 1080}}) {
    EXPECT_GT(suggested_max_bitrate(width, height), last);
    last = suggested_max_bitrate(width, height);
  }
}

TEST(SuggestedMaxBitrate, IsBounded) {
  EXPECT_EQ(suggested_max_bitrate(0, -1), DataRate::kbps(100));
  EXPECT_EQ(suggested_max_bitrate(1 << 30, 1 << 30), DataRate::kbps(4000));
}

TEST(VideoFrameEncoder, TurnsCaptureTimeIntoNinetyKilohertz) {
  VideoFrameEncoder encoder({.target = DataRate::kbps(300), .first_rtp_timestamp = 0xfffffff0}, PacketPool::create());
  std::vector<uint32_t> timestamps;
  for (const Duration after : {0us, 33'333us, 66'667us, 1'000'000us}) {
    const VideoFrame frame = blank(64, 64, Timestamp(5s) + after);
    const auto encoded = encoder.encode(frame);
    ASSERT_TRUE(encoded);
    EXPECT_EQ(encoded->capture_time, frame.time);
    timestamps.push_back(encoded->rtp_timestamp - 0xfffffff0);
  }
  EXPECT_THAT(timestamps, ElementsAre(0, 2999, 6000, 90000));
}

TEST(VideoFrameEncoder, RefusesPicturesThatCannotBeSent) {
  VideoFrameEncoder encoder({.target = DataRate::kbps(300)}, PacketPool::create());
  EXPECT_FALSE(encoder.encode({nullptr, Timestamp(1s)}));
  EXPECT_FALSE(encoder.encode(blank(kMaxVideoDimension + 1, 2, Timestamp(1s))));
  EXPECT_FALSE(encoder.encode(blank(0, 0, Timestamp(1s))));
  EXPECT_TRUE(encoder.encode(blank(64, 64, Timestamp(1s))));
  EXPECT_FALSE(encoder.encode(blank(64, 64, Timestamp(1s)))) << "not newer";
  EXPECT_FALSE(encoder.encode(blank(64, 64, Timestamp(0s)))) << "older";
  EXPECT_EQ(encoder.statistics().frames_refused, 5U);
  EXPECT_EQ(encoder.statistics().frames_encoded, 1U);
}

TEST(VideoFrameEncoder, StartsAnewEncoderWithAKeyFrameWhenTheSizeChanges) {
  VideoFrameEncoder encoder({.target = DataRate::kbps(300)}, PacketPool::create());
  std::vector<bool> key_frames;
  Timestamp time(1s);
  for (const auto& [width, height] :
       std::vector<std::pair<int, int>>{{64, 64}, {64, 64}, {128, 96}, {128, 96}, {33, 17}}) {
    const auto encoded = encoder.encode(blank(width, height, time += 33ms));
    ASSERT_TRUE(encoded);
    EXPECT_EQ(encoded->width, width);
    key_frames.push_back(encoded->key_frame);
  }
  EXPECT_THAT(key_frames, ElementsAre(true, false, true, false, true));
}

TEST(VideoFrameEncoder, AnswersTheFirstRequestAtOnceAndLaterOnesEvery300Milliseconds) {
  VideoFrameEncoder encoder({.target = DataRate::kbps(300)}, PacketPool::create());
  std::vector<int> key_frames;
  for (int i = 0; i < 40; ++i) {
    if (i >= 2) encoder.request_key_frame();
    if (encoder.encode(blank(64, 64, Timestamp(1s) + i * 50ms))->key_frame) key_frames.push_back(i);
  }
  EXPECT_THAT(key_frames, ElementsAre(0, 2, 8, 14, 20, 26, 32, 38));
}

TEST(VideoFrameEncoder, RemembersARequestThatCameTooEarly) {
  VideoFrameEncoder encoder({.target = DataRate::kbps(300)}, PacketPool::create());
  std::vector<int> key_frames;
  for (int i = 0; i < 30; ++i) {
    if (i == 3 || i == 5) encoder.request_key_frame();
    if (encoder.encode(blank(64, 64, Timestamp(1s) + i * 50ms))->key_frame) key_frames.push_back(i);
  }
  EXPECT_THAT(key_frames, ElementsAre(0, 3, 9));
}

TEST(VideoFrameEncoder, KeepsTheRateWithinFivePercentOverTenSeconds) {
  for (const int kbps : {300, 600}) {
    VideoFrameEncoder encoder({.target = DataRate::kbps(kbps)}, PacketPool::create());
    for (const VideoFrame& frame : moving_pictures(300)) encoder.encode(frame);
    const double sent = static_cast<double>(encoder.statistics().bytes) * 8 / 10 / 1000;
    EXPECT_NEAR(sent, kbps, 0.05 * kbps);
  }
}

TEST(VideoFrameEncoder, FollowsANewTarget) {
  VideoFrameEncoder encoder({.target = DataRate::kbps(800)}, PacketPool::create());
  uint64_t bytes_at_change = 0;
  int number = 0;
  for (const VideoFrame& frame : moving_pictures(300)) {
    if (number++ == 150) {
      bytes_at_change = encoder.statistics().bytes;
      encoder.set_target(DataRate::kbps(300));
    }
    encoder.encode(frame);
  }
  const double sent = static_cast<double>(encoder.statistics().bytes - bytes_at_change) * 8 / 5 / 1000;
  EXPECT_NEAR(sent, 300, 30);
}

TEST(VideoFrameEncoder, EncodesNothingWhileTheTargetIsZeroAndSavesNoBitsByThat) {
  VideoFrameEncoder encoder({.target = DataRate::kbps(300)}, PacketPool::create());
  uint64_t bytes_after_pause = 0;
  int number = 0;
  for (const VideoFrame& frame : moving_pictures(150)) {
    if (number == 30) encoder.set_target(DataRate());
    if (number == 90) {
      encoder.set_target(DataRate::kbps(300));
      bytes_after_pause = encoder.statistics().bytes;
    }
    const bool paused = number >= 30 && number < 90;
    EXPECT_TRUE(!paused || !encoder.encode(frame)) << number;
    if (!paused) encoder.encode(frame);
    ++number;
  }
  EXPECT_EQ(encoder.statistics().key_frames, 1U);
  const double sent = static_cast<double>(encoder.statistics().bytes - bytes_after_pause) * 8 / 2 / 1000;
  EXPECT_LE(sent, 330);
}

TEST(VideoFrameEncoder, LearnsTheRateOfASourceSlowerThanItSaid) {
  VideoFrameEncoder encoder({.frame_rate = 30, .target = DataRate::kbps(300)}, PacketPool::create());
  uint64_t bytes_after_two_seconds = 0;
  int number = 0;
  for (const VideoFrame& frame : moving_pictures(180)) {
    if (number++ == 30) bytes_after_two_seconds = encoder.statistics().bytes;
    encoder.encode({frame.buffer, Timestamp(1s) + 2 * (frame.time - Timestamp(1s))});
  }
  const double sent = static_cast<double>(encoder.statistics().bytes - bytes_after_two_seconds) * 8 / 10 / 1000;
  EXPECT_NEAR(sent, 300, 15);
}

TEST(VideoSender, DeliversEveryPictureOfASlowSource) {
  std::atomic<int> delivered = 0;
  VideoSender sender({.target = DataRate::kbps(300)}, PacketPool::create(), [&](const EncodedVideoFrame&) {
    ++delivered;
    delivered.notify_all();
  });
  for (int i = 1; i <= 10; ++i) {
    sender.push(blank(64, 64, Timestamp(1s) + i * 33ms));
    for (int seen = delivered; seen < i; seen = delivered) delivered.wait(seen);
  }
  EXPECT_EQ(sender.statistics().frames_pushed, 10U);
  EXPECT_EQ(sender.statistics().frames_replaced, 0U);
}

TEST(VideoSender, LetsTheNewestPictureReplaceOneThatWaits) {
  Gate gate;
  std::atomic<int> delivered = 0;
  std::vector<Timestamp> times;
  VideoSender sender({.target = DataRate::kbps(300)}, PacketPool::create(), [&](const EncodedVideoFrame& frame) {
    gate.pass();
    times.push_back(frame.capture_time);
    ++delivered;
    delivered.notify_all();
  });
  sender.push(blank(64, 64, Timestamp(1s)));
  gate.wait_for_visitor();
  for (int i = 1; i <= 5; ++i) sender.push(blank(64, 64, Timestamp(1s) + i * 33ms));
  gate.open();
  for (int seen = delivered; seen < 2; seen = delivered) delivered.wait(seen);
  EXPECT_THAT(times, ElementsAre(Timestamp(1s), Timestamp(1s) + 5 * 33ms));
  EXPECT_EQ(sender.statistics().frames_replaced, 4U);
}

TEST(VideoSender, PassesRequestsAndTargetsOnToTheEncoder) {
  std::atomic<int> delivered = 0;
  std::vector<bool> key_frames;
  VideoSender sender({.target = DataRate::kbps(300)}, PacketPool::create(), [&](const EncodedVideoFrame& frame) {
    key_frames.push_back(frame.key_frame);
    ++delivered;
    delivered.notify_all();
  });
  for (int i = 1; i <= 3; ++i) {
    if (i == 3) sender.request_key_frame();
    sender.push(blank(64, 64, Timestamp(1s) + i * 33ms));
    for (int seen = delivered; seen < i; seen = delivered) delivered.wait(seen);
  }
  EXPECT_THAT(key_frames, ElementsAre(true, false, true));
  sender.set_target(DataRate::kbps(150));
  EXPECT_EQ(sender.statistics().target, DataRate::kbps(150));
}

TEST(VideoSender, AnswersKeyFrameRequestsOfASourceThatStandsStillWithItsLastPicture) {
  std::atomic<int> key_frames = 0;
  std::vector<Timestamp> times;
  VideoSender sender({.target = DataRate::kbps(300)}, PacketPool::create(), [&](const EncodedVideoFrame& frame) {
    times.push_back(frame.capture_time);
    if (!frame.key_frame) return;
    ++key_frames;
    key_frames.notify_all();
  });
  const auto wait_for_key_frames = [&](int count) {
    for (int seen = key_frames; seen < count; seen = key_frames) key_frames.wait(seen);
  };
  sender.push(blank(64, 64, Timestamp(1s)));
  wait_for_key_frames(1);
  sender.request_key_frame();
  wait_for_key_frames(2);
  sender.request_key_frame();  // may come too early for another key frame, but is not forgotten
  wait_for_key_frames(3);
  EXPECT_GE(sender.statistics().frames_repeated, 2U);
  EXPECT_EQ(sender.statistics().frames_pushed, 1U);
  EXPECT_EQ(std::ranges::adjacent_find(times, std::ranges::greater_equal{}), times.end()) << "time goes on";
}

TEST(VideoSender, EncodesNothingOfAShutSourceAgainHoweverOftenAKeyFrameIsWanted) {
  std::atomic<int> delivered = 0;
  std::vector<Timestamp> times;
  VideoSender sender({.target = DataRate::kbps(300)}, PacketPool::create(), [&](const EncodedVideoFrame& frame) {
    times.push_back(frame.capture_time);
    ++delivered;
    delivered.notify_all();
  });
  const auto wait_for = [&](int count) {
    for (int seen = delivered; seen < count; seen = delivered) delivered.wait(seen);
  };
  sender.push(blank(64, 64, Timestamp(1s)));
  wait_for(1);
  sender.pause();
  sender.request_key_frame();
  sender.push(blank(64, 64, Timestamp(60s)));
  wait_for(2);
  EXPECT_THAT(times, ElementsAre(Timestamp(1s), Timestamp(60s)));
  EXPECT_EQ(sender.statistics().frames_repeated, 0U);
}

TEST(VideoSender, CanBeDestroyedWhileBusyOrIdle) {
  for (int i = 0; i < 20; ++i) {
    VideoSender sender({.target = DataRate::kbps(300)}, PacketPool::create(), [](const EncodedVideoFrame&) {});
    for (int k = 0; k < i % 4; ++k) sender.push(blank(320, 180, Timestamp(1s) + k * 33ms));
  }
}

}  // namespace
}  // namespace sotto::media
