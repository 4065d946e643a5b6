// Copies of a packet that the next one carries (in-band FEC, RFC 6716 2.1.7), as other senders make them.
#include <gtest/gtest.h>
#include <opus/opus.h>

#include <array>
#include <cmath>
#include <functional>
#include <vector>

#include "media/audio/audio_receiver.hpp"
#include "media/audio/opus_decoder.hpp"
#include "media/audio/opus_packet.hpp"
#include "media/device/sound_quality.hpp"
#include "media/device/test_sound.hpp"

namespace sotto::media {
namespace {

/// Encodes as a sender does that was told of losses.
class EncoderWithCopies {
 public:
  explicit EncoderWithCopies(int frame_samples = 960, int channels = 1)
      : encoder_(opus_encoder_create(48000, channels, OPUS_APPLICATION_VOIP, nullptr), opus_encoder_destroy),
        frame_(static_cast<size_t>(frame_samples * channels)),
        samples_(frame_samples),
        channels_(channels) {
    opus_encoder_ctl(encoder_.get(), OPUS_SET_BITRATE(32'000));
    opus_encoder_ctl(encoder_.get(), OPUS_SET_INBAND_FEC(1));
    opus_encoder_ctl(encoder_.get(), OPUS_SET_PACKET_LOSS_PERC(20));
  }

  Bytes next(TestSpeech& speech) {
    for (int at = 0; at < samples_; at += 480) {
      std::array<int16_t, kAudioBlockSamples> block;
      speech.next(block);
      for (int i = 0; i < 480 * channels_; ++i) {
        frame_[static_cast<size_t>(at * channels_ + i)] = block[static_cast<size_t>(i / channels_)];
      }
      said.insert(said.end(), block.begin(), block.end());
    }
    Bytes packet(1500);
    packet.resize(static_cast<size_t>(opus_encode(encoder_.get(), frame_.data(), samples_, packet.data(), 1500)));
    return packet;
  }

  std::vector<int16_t> said;

 private:
  std::unique_ptr<::OpusEncoder, void (*)(::OpusEncoder*)> encoder_;
  std::vector<int16_t> frame_;
  const int samples_;
  const int channels_;
};

double energy_of(std::span<const int16_t> sound) {
  double energy = 1;
  for (const int16_t sample : sound) energy += static_cast<double>(sample) * sample;
  return energy;
}

class PacketWithCopy : public testing::TestWithParam<std::tuple<int, int>> {};
INSTANTIATE_TEST_SUITE_P(SamplesAndChannels, PacketWithCopy,
                         testing::Combine(testing::Values(480, 960, 1920, 2880), testing::Values(1, 2)));

TEST_P(PacketWithCopy, SaysThatItCarriesOneOfTheFrameBefore) {
  const auto [samples, channels] = GetParam();
  EncoderWithCopies encoder(samples, channels);
  TestSpeech speech;
  int with_copy = 0;
  for (int i = 0; i < 50; ++i) {
    const int copied = opus_packet_copy_samples(encoder.next(speech));
    // Opus makes longer packets of several frames.
    EXPECT_TRUE(copied == 0 || copied == std::min(samples, 960)) << copied;
    with_copy += copied > 0 ? 1 : 0;
  }
  EXPECT_GE(with_copy, 25) << "those after something was said";
}

TEST(OpusPacketCopy, IsNoneInPacketsOfOtherKinds) {
  EXPECT_EQ(opus_packet_copy_samples({}), 0);
  EXPECT_EQ(opus_packet_copy_samples(Bytes{31 << 3, 0xff, 0xff}), 0) << "CELT has none";
  EXPECT_EQ(opus_packet_copy_samples(Bytes{1 << 3}), 0) << "SILK, but of an empty frame";
  EXPECT_EQ(opus_packet_copy_samples(Bytes{1 << 3 | 3, 0x40 | 1, 255}), 0) << "no packet";
  EXPECT_EQ(opus_packet_copy_samples(Bytes{1 << 3, 0x80, 0}), 0) << "a voice, and no copy";
  EXPECT_EQ(opus_packet_copy_samples(Bytes{1 << 3, 0x40, 0}), 960) << "a copy";
  EXPECT_EQ(opus_packet_copy_samples(Bytes{3 << 3, 0x20, 0}), 0) << "60 ms: the third bit is of a voice";
  EXPECT_EQ(opus_packet_copy_samples(Bytes{3 << 3, 0x10, 0}), 2880) << "and the fourth of the copy";
  EXPECT_EQ(opus_packet_copy_samples(Bytes{1 << 3 | 4, 0x10, 0}), 960) << "stereo: the second channel's copy";
}

TEST(OpusDecoder, DecodesTheCopyOfALostPacketAsLoudAsThePacket) {
  EncoderWithCopies encoder;
  TestSpeech speech;
  OpusDecoder whole, mended;
  std::array<int16_t, 960> expected, out;
  double said = 0, heard = 0;
  Bytes packet = encoder.next(speech);
  for (int i = 0; i < 400; ++i) {
    const Bytes next = encoder.next(speech);
    ASSERT_TRUE(whole.decode(packet, expected));
    const bool lost = i > 10 && i % 5 == 0 && opus_packet_copy_samples(next) > 0;
    if (lost) {
      ASSERT_TRUE(mended.decode_copy(next, out));
      said += energy_of(expected);
      heard += energy_of(out);
    } else {
      ASSERT_TRUE(mended.decode(packet, out));
    }
    packet = next;
  }
  EXPECT_NEAR(10 * std::log10(heard / said), 0, 2) << "dB";
}

TEST(OpusDecoder, FindsNoCopyWhereThereIsNone) {
  OpusDecoder decoder;
  std::array<int16_t, 960> out;
  EXPECT_FALSE(decoder.decode_copy(Bytes{31 << 3, 1, 2, 3}, out));
  EXPECT_FALSE(decoder.decode_copy({}, out));
  EXPECT_FALSE(decoder.decode_copy(Bytes{1 << 3, 0x40, 0}, std::span(out).first(480))) << "it is longer than that";
}

struct Heard {
  AudioReceiverStatistics statistics;
  SoundQuality quality;
};

/// Says 20 s; the packets for which `is_lost` holds do not come. The others take no time.
Heard hear(const std::function<bool(int)>& is_lost) {
  EncoderWithCopies encoder;
  TestSpeech speech;
  AudioReceiver receiver;
  std::vector<int16_t> heard;
  const Timestamp start = Timestamp{} + 100s;
  for (int packet = 0; packet < 1000; ++packet) {
    const Timestamp now = start + packet * 20ms;
    const Bytes payload = encoder.next(speech);
    if (!is_lost(packet)) receiver.on_payload(packet, static_cast<uint32_t>(packet * 960), payload, now);
    for (const Duration tick : {4ms, 14ms}) {
      std::array<int16_t, kAudioBlockSamples> block;
      receiver.play(block, now + tick);
      heard.insert(heard.end(), block.begin(), block.end());
    }
  }
  const SoundMatchOptions match{.received_start = 24ms};
  return {receiver.statistics(), summarize(match_sound(encoder.said, heard, match), match)};
}

TEST(AudioReceiver, PlaysTheCopyInTheNextPacketWhereOneIsLost) {
  const Heard mended = hear([](int packet) { return packet > 100 && packet % 10 == 0; });
  EXPECT_GE(mended.statistics.packets_recovered, 60u) << "of 89: what was said before a pause has no copy";
  EXPECT_LE(mended.statistics.concealed_samples, 48'000u) << "of 85'000 that were lost";
  EXPECT_LE(mended.quality.delay_p50, 80ms);
  EXPECT_GE(mended.quality.matched, 0.98);
}

TEST(AudioReceiver, NeedsNoCopyWhereNothingIsLost) {
  const Heard whole = hear([](int) { return false; });
  EXPECT_EQ(whole.statistics.packets_recovered, 0u);
  EXPECT_LE(whole.statistics.delay, 20ms);
}

TEST(AudioReceiver, PlaysTheCopyOfTheLastOfSeveralLostPackets) {
  const Heard mended = hear([](int packet) { return packet > 100 && packet % 10 < 2; });
  EXPECT_GE(mended.statistics.packets_recovered, 60u);
  EXPECT_LE(mended.statistics.packets_recovered, 90u);
}

}  // namespace
}  // namespace sotto::media
