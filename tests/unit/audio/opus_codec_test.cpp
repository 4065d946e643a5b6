#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "media/audio/opus_decoder.hpp"
#include "media/audio/opus_encoder.hpp"
#include "media/audio/opus_packet.hpp"
#include "media/device/test_sound.hpp"

namespace sotto::media {
namespace {

std::array<int16_t, 960> next_frame(TestSpeech& speech) {
  std::array<int16_t, 960> frame;
  speech.next(std::span(frame).first<480>());
  speech.next(std::span(frame).last<480>());
  return frame;
}

Bytes encode(OpusEncoder& encoder, const std::array<int16_t, 960>& frame) {
  Bytes packet(1500);
  packet.resize(encoder.encode(frame, packet));
  return packet;
}

TEST(OpusPacket, KnowsTheDurationOfEveryConfiguration) {
  // RFC 6716 table 2: SILK 10/20/40/60 ms, hybrid 10/20 ms, CELT 2.5/5/10/20 ms.
  for (int configuration = 0; configuration < 32; ++configuration) {
    const int place = configuration < 12   ? configuration % 4
                      : configuration < 16 ? configuration % 2
                                           : configuration % 4;
    const int expected = configuration < 12   ? std::array{480, 960, 1920, 2880}[static_cast<size_t>(place)]
                         : configuration < 16 ? std::array{480, 960}[static_cast<size_t>(place)]
                                              : std::array{120, 240, 480, 960}[static_cast<size_t>(place)];
    const Bytes packet = {static_cast<uint8_t>(configuration << 3), 1, 2, 3};
    EXPECT_EQ(opus_packet_samples(packet), expected) << configuration;
  }
}

TEST(OpusPacket, RefusesWhatBreaksTheRulesOfItsFraming) {
  constexpr uint8_t kCelt20 = 31 << 3;
  EXPECT_FALSE(opus_packet_samples({}));
  EXPECT_FALSE(opus_packet_samples(Bytes{kCelt20 | 1, 1, 2, 3}));    // R3: two frames of one size, odd length
  EXPECT_FALSE(opus_packet_samples(Bytes{kCelt20 | 2, 200, 1, 2}));  // R4: first frame longer than the packet
  EXPECT_FALSE(opus_packet_samples(Bytes{kCelt20 | 3}));             // R6: no frame count
  EXPECT_FALSE(opus_packet_samples(Bytes{kCelt20 | 3, 0}));          // R5: no frames
  EXPECT_FALSE(opus_packet_samples(Bytes{kCelt20 | 3, 7, 1, 1, 1, 1, 1, 1, 1}));  // R5: 140 ms
  EXPECT_FALSE(opus_packet_samples(Bytes{kCelt20 | 3, 0x40 | 1, 255}));           // R6: padding longer than the packet
}

TEST(OpusPacket, TakesSixFramesOf20Ms) {
  constexpr uint8_t kCelt20 = 31 << 3;
  EXPECT_EQ(opus_packet_samples(Bytes{kCelt20 | 3, 6, 1, 1, 1, 1, 1, 1}), kMaxOpusPacketSamples);
}

TEST(OpusEncoder, GivesSpeechAndSilenceTheSameSize) {
  OpusEncoder encoder(DataRate::kbps(32));
  TestSpeech speech;
  for (int i = 0; i < 100; ++i) {
    const auto frame = i % 20 < 10 ? next_frame(speech) : std::array<int16_t, 960>{};
    EXPECT_EQ(encode(encoder, frame).size(), 80u);
  }
}

TEST(OpusEncoder, BringsTheBitrateWithinWhatOpusAllows) {
  TestSpeech speech;
  OpusEncoder low(DataRate::bps(1)), high(DataRate::kbps(10'000));
  EXPECT_EQ(encode(low, next_frame(speech)).size(), 15u);
  EXPECT_LE(encode(high, next_frame(speech)).size(), 1275u);
}

TEST(OpusDecoder, RefusesGarbageAndStillDecodesWhatFollows) {
  OpusEncoder encoder(DataRate::kbps(32));
  OpusDecoder decoder;
  TestSpeech speech;
  std::vector<int16_t> out(kMaxOpusPacketSamples);
  EXPECT_FALSE(decoder.decode({}, out));
  EXPECT_FALSE(decoder.decode(Bytes{0xff, 0x00}, out));
  EXPECT_EQ(decoder.decode(encode(encoder, next_frame(speech)), out), 960u);
}

TEST(OpusDecoder, RefusesAPacketThatIsLongerThanTheOutput) {
  OpusEncoder encoder(DataRate::kbps(32));
  OpusDecoder decoder;
  TestSpeech speech;
  std::vector<int16_t> out(959);
  EXPECT_FALSE(decoder.decode(encode(encoder, next_frame(speech)), out));
}

TEST(OpusDecoder, GoesOnAsIfNothingHappenedWhileACopyOfItConceals) {
  OpusEncoder encoder(DataRate::kbps(32));
  OpusDecoder decoder, untouched, concealer;
  TestSpeech speech;
  std::vector<int16_t> out(960), expected(960);
  std::array<int16_t, 480> made_up;
  for (int i = 0; i < 50; ++i) {
    const Bytes packet = encode(encoder, next_frame(speech));
    concealer.copy_state_from(decoder);
    concealer.conceal(made_up);
    ASSERT_EQ(decoder.decode(packet, out), 960u);
    ASSERT_EQ(untouched.decode(packet, expected), 960u);
    ASSERT_EQ(out, expected);
  }
}

}  // namespace
}  // namespace sotto::media
