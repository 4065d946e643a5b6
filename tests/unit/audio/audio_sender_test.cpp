#include "media/audio/audio_sender.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "media/audio/redundant_payload.hpp"
#include "media/device/test_sound.hpp"

namespace sotto::media {
namespace {

constexpr uint8_t kPayloadType = 111;

class AudioSenderTest : public testing::Test {
 protected:
  std::optional<EncodedAudio> push(Timestamp captured) {
    std::array<int16_t, kAudioBlockSamples> block;
    speech_.next(block);
    return sender_.push(block, captured);
  }
  /// Pushes until the next packet; `now_` goes on by 10 ms a block.
  EncodedAudio next_packet() {
    while (true) {
      std::optional<EncodedAudio> packet = push(now_);
      now_ += 10ms;
      if (packet) return std::move(*packet);
    }
  }

  Timestamp now_ = Timestamp{} + 100s;
  AudioSender sender_{{.first_rtp_timestamp = 0xFFFFFF00, .payload_type = kPayloadType}, PacketPool::create()};
  TestSpeech speech_;
};

TEST_F(AudioSenderTest, MakesOnePacketOfTwoBlocks) {
  EXPECT_FALSE(push(now_));
  const std::optional<EncodedAudio> packet = push(now_ + 10ms);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->payload->size(), 80u);
  EXPECT_EQ(packet->rtp_timestamp, 0xFFFFFF00);
}

TEST_F(AudioSenderTest, MovesTheTimestampOnBy20MsAPacketAndWraps) {
  EXPECT_EQ(next_packet().rtp_timestamp, 0xFFFFFF00);
  EXPECT_EQ(next_packet().rtp_timestamp, 0x000002C0u);
  EXPECT_EQ(next_packet().rtp_timestamp, 0x00000680u);
}

TEST_F(AudioSenderTest, MarksTheFirstPacketAlone) {
  EXPECT_TRUE(next_packet().marker);
  EXPECT_FALSE(next_packet().marker);
  EXPECT_FALSE(next_packet().marker);
}

TEST_F(AudioSenderTest, LeavesRoomForTheRtpHeaderInFrontOfThePayload) {
  const EncodedAudio packet = next_packet();
  packet.payload->prepend(PacketBuffer::kHeadroom);
  EXPECT_EQ(packet.payload->size(), PacketBuffer::kHeadroom + 80);
}

TEST_F(AudioSenderTest, TakesBlocksThatAreHandedOverLateForWhatTheyAre) {
  uint32_t timestamp = next_packet().rtp_timestamp;
  for (int i = 0; i < 50; ++i) {
    const Duration hiccup = i % 10 == 0 ? 60ms : 0ms;
    push(now_ + hiccup);
    const std::optional<EncodedAudio> packet = push(now_ + std::max<Duration>(10ms, hiccup));
    now_ += 20ms;
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->rtp_timestamp, timestamp += 960);
    EXPECT_FALSE(packet->marker);
  }
}

TEST_F(AudioSenderTest, MovesTheTimestampOnByWhatACaptureThatStoodStillMissed) {
  const uint32_t before = next_packet().rtp_timestamp;
  now_ += 500ms;
  const EncodedAudio after = next_packet();
  EXPECT_EQ(after.rtp_timestamp, before + 960 + 24000);
  EXPECT_TRUE(after.marker);
  EXPECT_EQ(next_packet().rtp_timestamp, before + 2 * 960 + 24000);
}

TEST_F(AudioSenderTest, SendsWhatItHadBegunBeforeAGap) {
  const uint32_t before = next_packet().rtp_timestamp;
  push(now_);
  now_ += 510ms;  // 10 ms of it are as they should be
  const std::optional<EncodedAudio> begun = push(now_);
  ASSERT_TRUE(begun);
  EXPECT_EQ(begun->rtp_timestamp, before + 960);
  const std::optional<EncodedAudio> after = push(now_ + 10ms);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->rtp_timestamp, before + 960 + 480 + 24000);
  EXPECT_TRUE(after->marker);
}

TEST_F(AudioSenderTest, DropsWhatItHadBegunBeforeAGapThatNobodyWaitsFor) {
  const uint32_t before = next_packet().rtp_timestamp;
  push(now_);
  now_ += 5010ms;  // 10 ms of it are as they should be
  EXPECT_FALSE(push(now_));
  const std::optional<EncodedAudio> after = push(now_ + 10ms);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->rtp_timestamp, before + 960 + 480 + 240000);
  EXPECT_TRUE(after->marker);
  EXPECT_EQ(after->captured, now_ - 10ms);
}

TEST_F(AudioSenderTest, SeesNoGapInAClockThatIsSlow) {
  uint32_t timestamp = next_packet().rtp_timestamp;
  for (int i = 0; i < 3000; ++i) {
    now_ += 20us;  // 1000 ppm
    EXPECT_EQ(next_packet().rtp_timestamp, timestamp += 960);
  }
}

TEST_F(AudioSenderTest, TellsWhenTheFirstSampleOfAPacketWasCaptured) {
  const Timestamp first_block_ended = now_;
  EXPECT_EQ(next_packet().captured, first_block_ended - 10ms);
  EXPECT_EQ(next_packet().captured, first_block_ended + 10ms);
  now_ += 500ms;
  EXPECT_EQ(next_packet().captured, first_block_ended + 530ms);
}

TEST_F(AudioSenderTest, KeepsTheJitterOfTheCapturingThreadOutOfTheCaptureTime) {
  const EncodedAudio first = next_packet();
  for (int i = 1; i <= 200; ++i) {
    const Duration hiccup = i % 4 == 0 ? 8ms : 0ms;
    push(now_ + hiccup);
    const std::optional<EncodedAudio> packet = push(now_ + 10ms);
    now_ += 20ms;
    ASSERT_TRUE(packet);
    const Duration moved_by_hiccups = packet->captured - first.captured - i * 20ms;
    EXPECT_GE(moved_by_hiccups, 0ms);
    EXPECT_LE(moved_by_hiccups, 200us);
  }
}

TEST_F(AudioSenderTest, GivesTheCaptureTimeOfWhatItHadBegunBeforeAGap) {
  const Timestamp begun = next_packet().captured + 20ms;
  push(now_);
  now_ += 510ms;
  const std::optional<EncodedAudio> before = push(now_);
  ASSERT_TRUE(before);
  EXPECT_EQ(before->captured, begun);
  const std::optional<EncodedAudio> after = push(now_ + 10ms);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->captured, now_ - 10ms);
}

TEST_F(AudioSenderTest, ReusesPacketsOnceThePoolIsWarm) {
  const PacketBuffer* first = next_packet().payload.get();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(next_packet().payload.get(), first);
}

Bytes bytes_of(const EncodedAudio& packet) {
  const ByteView view = packet.payload->view();
  return {view.begin(), view.end()};
}

TEST_F(AudioSenderTest, RepeatsNothingUnlessItIsAskedTo) { EXPECT_FALSE(next_packet().redundant); }

TEST_F(AudioSenderTest, CarriesCopiesOfThePacketsBefore) {
  const Bytes first = bytes_of(next_packet());
  const Bytes second = bytes_of(next_packet());
  sender_.set_copies(2);
  const EncodedAudio third = next_packet();
  ASSERT_TRUE(third.redundant);
  const auto payload = parse_redundant_payload(third.payload->view());
  ASSERT_TRUE(payload);
  ASSERT_EQ(payload->count, 2u);
  EXPECT_EQ(payload->storage[0].timestamp_offset, 2 * 960);
  EXPECT_EQ(payload->storage[1].timestamp_offset, 960);
  EXPECT_EQ(Bytes(payload->storage[0].payload.begin(), payload->storage[0].payload.end()), first);
  EXPECT_EQ(Bytes(payload->storage[1].payload.begin(), payload->storage[1].payload.end()), second);
  EXPECT_EQ(payload->primary.size(), 80u);
  for (const RedundantBlock& block : payload->blocks()) EXPECT_EQ(block.payload_type, kPayloadType);
  EXPECT_EQ(payload->primary_type, kPayloadType);
}

TEST_F(AudioSenderTest, CarriesNoMoreCopiesThanThereAre) {
  sender_.set_copies(3);
  EXPECT_FALSE(next_packet().redundant);
  EXPECT_EQ(parse_redundant_payload(next_packet().payload->view())->count, 1u);
  EXPECT_EQ(parse_redundant_payload(next_packet().payload->view())->count, 2u);
}

TEST_F(AudioSenderTest, CarriesNoCopyOfWhatWasBeforeAPause) {
  sender_.set_copies(1);
  next_packet();
  now_ += 1s;
  EXPECT_FALSE(next_packet().redundant);
  EXPECT_TRUE(next_packet().redundant);
}

TEST_F(AudioSenderTest, StopsToRepeatWhenItIsTold) {
  sender_.set_copies(1);
  next_packet();
  EXPECT_TRUE(next_packet().redundant);
  sender_.set_copies(0);
  EXPECT_FALSE(next_packet().redundant);
}

/// The sizes of the packets of `seconds` of sound, with the copies that a network asks for meanwhile.
std::vector<size_t> sizes_of(TestSpeech* speech, int seconds) {
  AudioSender sender({}, PacketPool::create());
  std::vector<size_t> sizes;
  for (int tick = 0; tick < seconds * 100; ++tick) {
    sender.set_copies(tick / 70 % (kMaxAudioCopies + 1));
    std::array<int16_t, kAudioBlockSamples> block{};
    if (speech != nullptr) speech->next(block);
    if (const auto packet = sender.push(block, Timestamp{} + tick * 10ms)) sizes.push_back(packet->payload->size());
  }
  return sizes;
}

TEST(AudioSenderSizes, AreTheSameForSpeechAndForSilenceWithAndWithoutCopies) {
  TestSpeech speech;
  EXPECT_EQ(sizes_of(&speech, 10), sizes_of(nullptr, 10));
}

}  // namespace
}  // namespace sotto::media
