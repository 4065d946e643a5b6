#include "media/video/video_receiver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media/device/picture_quality.hpp"
#include "video_test_support.hpp"

namespace sotto::media {
namespace {

constexpr Duration kInterval = 33ms;
constexpr Timestamp kStart{100s};

/// A receiver, the stream that it gets and what it shows.
class VideoReceiverTest : public testing::Test {
 protected:
  void receive(const SentPayload& payload, Timestamp now) {
    receiver_.on_payload(payload.sequence, payload.rtp_timestamp, payload.marker, payload.data, now);
  }
  void receive(const std::vector<SentPayload>& payloads, Timestamp now) {
    for (const SentPayload& payload : payloads) receive(payload, now);
  }
  /// The payloads of `count` encoded pictures, one element a picture.
  std::vector<std::vector<SentPayload>> stream(int count, int key_frame_every = 0) {
    std::vector<std::vector<SentPayload>> pictures;
    for (const EncodedVideoFrame& frame : encoded_pictures(count, key_frame_every))
      pictures.push_back(source_.next(frame));
    return pictures;
  }
  std::vector<Timestamp> shown_times() const {
    std::vector<Timestamp> times;
    for (const VideoFrame& frame : shown_.frames()) times.push_back(frame.time);
    return times;
  }

  PayloadSource source_;
  FrameSink shown_;
  VideoReceiver receiver_{{}, [this](const VideoFrame& frame) { shown_.add(frame); }};
};

TEST_F(VideoReceiverTest, ShowsEveryPictureAsSoonAsItsLastPayloadIsThere) {
  const auto originals = moving_pictures(30);
  const auto pictures = stream(30);
  std::vector<Timestamp> arrivals;
  for (size_t i = 0; i < pictures.size(); ++i) {
    arrivals.push_back(kStart + static_cast<int>(i) * kInterval);
    receive(pictures[i], arrivals.back());
    shown_.wait_for(i + 1);
  }
  EXPECT_EQ(shown_times(), arrivals);
  const auto frames = shown_.frames();
  for (size_t i = 10; i < frames.size(); ++i) EXPECT_GT(luma_psnr(*originals[i].buffer, *frames[i].buffer), 25.0);
  EXPECT_FALSE(receiver_.take_key_frame_request(arrivals.back()));
  EXPECT_EQ(receiver_.next_deadline(), std::nullopt);

  const VideoReceiverStatistics statistics = receiver_.statistics();
  EXPECT_EQ(statistics.frames_received, 30U);
  EXPECT_EQ(statistics.key_frames_received, 1U);
  EXPECT_EQ(statistics.freezes, 0U);
}

TEST_F(VideoReceiverTest, RecoversEachPayloadThatIsLostOnceAndSentAgain) {
  const auto pictures = stream(12);
  for (size_t lost_picture = 0; lost_picture < pictures.size(); ++lost_picture) {
    const size_t repaired_at = std::min(lost_picture + 2, pictures.size() - 1);
    for (size_t lost = 0; lost < pictures[lost_picture].size(); ++lost) {
      FrameSink shown;
      VideoReceiver receiver({}, [&](const VideoFrame& frame) { shown.add(frame); });
      // Without its first payload nothing tells that the stream began with a key frame.
      const bool key_frame_unknown = lost_picture == 0 && lost == 0;
      const auto give = [&](const SentPayload& payload, Timestamp now) {
        receiver.on_payload(payload.sequence, payload.rtp_timestamp, payload.marker, payload.data, now);
        EXPECT_TRUE(!receiver.take_key_frame_request(now) || key_frame_unknown);
      };
      for (size_t i = 0; i < pictures.size(); ++i) {
        const Timestamp now = kStart + static_cast<int>(i) * kInterval;
        for (size_t k = 0; k < pictures[i].size(); ++k) {
          if (i != lost_picture || k != lost) give(pictures[i][k], now);
        }
        if (i == repaired_at) give(pictures[lost_picture][lost], now + 1ms);
        if (i < lost_picture || i >= repaired_at) shown.wait_for(i + 1);
      }
    }
  }
}

TEST_F(VideoReceiverTest, GetsAPictureAlthoughTheFirstThreeKeyFramesAreLost) {
  const auto originals = moving_pictures(90);
  VideoFrameEncoder encoder({.target = DataRate::kbps(600)}, PacketPool::create());
  int key_frames = 0;
  int requests = 0;
  Timestamp request_arrives = Timestamp::max();
  for (const VideoFrame& original : originals) {
    const Timestamp now = kStart + (original.time - originals[0].time);
    if (now >= request_arrives) {
      encoder.request_key_frame();
      request_arrives = Timestamp::max();
    }
    const auto encoded = encoder.encode(original);
    ASSERT_TRUE(encoded);
    const auto payloads = source_.next(*encoded);
    if (encoded->key_frame && ++key_frames <= 3) continue;
    receive(payloads, now);
    receiver_.on_deadline(now);
    if (receiver_.take_key_frame_request(now)) {
      ++requests;
      request_arrives = now + 50ms;
    }
    if (key_frames == 4) break;
  }
  shown_.wait_for(1);
  EXPECT_EQ(key_frames, 4);
  EXPECT_EQ(requests, 4) << "every 200 ms";
  EXPECT_LT(shown_.frames()[0].time, kStart + 800ms) << "the sender answers every 300 ms";
}

TEST_F(VideoReceiverTest, AsksForAKeyFrameWhenTheTransportGivesUp) {
  const auto pictures = stream(10);
  receive(pictures[0], kStart);
  receive(pictures[2], kStart + 2 * kInterval);
  EXPECT_FALSE(receiver_.take_key_frame_request(kStart + 2 * kInterval));
  receiver_.on_packets_given_up(kStart + 70ms);
  EXPECT_TRUE(receiver_.take_key_frame_request(kStart + 70ms));
  EXPECT_FALSE(receiver_.take_key_frame_request(kStart + 71ms));
}

TEST_F(VideoReceiverTest, AsksAtOnceForWhatTheSenderDroppedBeforeItWasNumbered) {
  const auto encoded = encoded_pictures(5, 4);
  receive(source_.next(encoded[0]), kStart);
  receive(source_.next(encoded[2]), kStart + kInterval);  // its sequence numbers follow, its picture ID does not
  EXPECT_TRUE(receiver_.take_key_frame_request(kStart + kInterval));
  receive(source_.next(encoded[3]), kStart + 2 * kInterval);
  EXPECT_EQ(receiver_.next_deadline(), kStart + kInterval + 200ms);
  receive(source_.next(encoded[4]), kStart + 3 * kInterval);
  shown_.wait_for(2);
  EXPECT_EQ(shown_times(), (std::vector{kStart, kStart + 3 * kInterval}));
}

TEST_F(VideoReceiverTest, DoesNotAskWhenWhatWasGivenUpIsNoLongerNeeded) {
  const auto pictures = stream(6, 3);
  receive(pictures[0], kStart);
  receive(pictures[2], kStart + 2 * kInterval);
  receive(pictures[3], kStart + 3 * kInterval);  // a key frame heals the loss of picture 1
  receiver_.on_packets_given_up(kStart + 4 * kInterval);
  EXPECT_FALSE(receiver_.take_key_frame_request(kStart + 4 * kInterval));
  shown_.wait_for(2);
}

TEST_F(VideoReceiverTest, AsksWhenAGapStaysOpenForLongerThanARepair) {
  const auto pictures = stream(30);
  receiver_.set_round_trip_time(50ms);
  receive(pictures[0], kStart);
  Timestamp now = kStart;
  bool asked = false;
  for (size_t i = 2; i < pictures.size() && !asked; ++i) {
    now += kInterval;
    receive(pictures[i], now);
    asked = receiver_.take_key_frame_request(now);
  }
  EXPECT_TRUE(asked);
  EXPECT_GE(now, kStart + 300ms);
  EXPECT_LE(now, kStart + 400ms);
}

TEST(VideoReceiver, WakesItsOwnerAndAsksAfterAPictureThatDoesNotDecode) {
  Gate woken;
  woken.open();
  FrameSink shown;
  PayloadSource source(200, 1000, 1);  // its own picture ID is the one after that of encoded[0]
  VideoReceiver receiver({.on_wake = [&] { woken.pass(); }}, [&](const VideoFrame& frame) { shown.add(frame); });
  const auto give = [&](const std::vector<SentPayload>& payloads, Timestamp now) {
    for (const SentPayload& payload : payloads) {
      receiver.on_payload(payload.sequence, payload.rtp_timestamp, payload.marker, payload.data, now);
    }
  };
  const auto encoded = encoded_pictures(4, 3);
  give(source.next(encoded[0]), kStart);
  shown.wait_for(1);
  give(source.next(fake_picture(false, 5)), kStart + kInterval);
  woken.wait_for_visitor();
  EXPECT_TRUE(receiver.take_key_frame_request(kStart + kInterval));
  give(source.next(encoded[1]), kStart + 2 * kInterval);
  give(source.next(encoded[3]), kStart + 3 * kInterval);
  shown.wait_for(2);
  EXPECT_EQ(shown.frames()[1].time, kStart + 3 * kInterval);
  EXPECT_EQ(receiver.statistics().frames_failed, 1U);
}

TEST(VideoReceiver, ShowsAPictureWhenItIsToldToAndSaysWhatAKeyFrameMadeUseless) {
  FrameSink shown;
  PayloadSource source;
  const Timestamp now = monotonic_now();
  VideoReceiver receiver({.show_at = [](uint32_t, Timestamp at) { return at + 40ms; }},
                         [&](const VideoFrame& frame) { shown.add(frame); });
  const std::vector<SentPayload> payloads = source.next(encoded_pictures(1, 0)[0]);
  for (const SentPayload& payload : payloads) {
    receiver.on_payload(payload.sequence, payload.rtp_timestamp, payload.marker, payload.data, now);
  }
  shown.wait_for(1);
  EXPECT_GE(monotonic_now(), now + 40ms);
  EXPECT_EQ(shown.frames()[0].time, now + 40ms);
  EXPECT_EQ(receiver.take_useless_before(), payloads.front().sequence);
  EXPECT_EQ(receiver.take_useless_before(), std::nullopt);
}

TEST(VideoReceiver, SkipsPicturesRatherThanFallBehind) {
  Gate gate;
  FrameSink shown;
  PayloadSource source;
  VideoReceiver receiver({}, [&](const VideoFrame& frame) {
    gate.pass();
    shown.add(frame);
  });
  const auto encoded = encoded_pictures(30);
  for (size_t i = 0; i < encoded.size(); ++i) {
    for (const SentPayload& payload : source.next(encoded[i])) {
      receiver.on_payload(payload.sequence, payload.rtp_timestamp, payload.marker, payload.data,
                          kStart + static_cast<int>(i) * kInterval);
    }
    if (i == 0) gate.wait_for_visitor();
  }
  gate.open();
  shown.wait_for(3);
  EXPECT_EQ(shown.frames()[1].time, kStart + 28 * kInterval) << "caught up";
  EXPECT_EQ(shown.frames()[2].time, kStart + 29 * kInterval);
}

TEST(VideoReceiver, BoundsItsQueueAndStartsAnewWithAKeyFrame) {
  Gate gate;
  FrameSink shown;
  PayloadSource source;
  VideoReceiver receiver({}, [&](const VideoFrame& frame) {
    gate.pass();
    shown.add(frame);
  });
  const auto encoded = encoded_pictures(110, 100);
  Timestamp now = kStart;
  bool asked = false;
  for (size_t i = 0; i < encoded.size(); ++i) {
    now = kStart + static_cast<int>(i) * kInterval;
    for (const SentPayload& payload : source.next(encoded[i])) {
      receiver.on_payload(payload.sequence, payload.rtp_timestamp, payload.marker, payload.data, now);
    }
    if (i == 0) gate.wait_for_visitor();
    asked |= receiver.take_key_frame_request(now);
  }
  EXPECT_TRUE(asked);
  EXPECT_GT(receiver.statistics().frames_dropped, 60U);
  gate.open();
  shown.wait_for(2);
  EXPECT_GE(shown.frames()[1].time, kStart + 100 * kInterval);
}

TEST(VideoReceiver, CanBeDestroyedWhileBusyOrIdle) {
  const auto encoded = encoded_pictures(10);
  for (size_t count = 0; count <= encoded.size(); ++count) {
    PayloadSource source;
    VideoReceiver receiver({}, [](const VideoFrame&) {});
    for (size_t i = 0; i < count; ++i) {
      for (const SentPayload& payload : source.next(encoded[i])) {
        receiver.on_payload(payload.sequence, payload.rtp_timestamp, payload.marker, payload.data, kStart);
      }
    }
  }
}

TEST(FreezeCounter, CountsGapsThatAreSeenAndNoOthers) {
  FreezeCounter counter;
  Timestamp now = kStart;
  for (int i = 0; i < 60; ++i) counter.on_shown(now += kInterval);
  EXPECT_EQ(counter.freezes(), 0U);
  counter.on_shown(now += 180ms);
  EXPECT_EQ(counter.freezes(), 0U) << "33 ms and 150 ms more are tolerated";
  counter.on_shown(now += 500ms);
  EXPECT_EQ(counter.freezes(), 1U);
  EXPECT_EQ(counter.frozen_time(), 500ms);
}

}  // namespace
}  // namespace sotto::media
