#include "media/audio/audio_playout.hpp"

#include <gtest/gtest.h>

namespace sotto::media {
namespace {

/// A step that claims `samples` of sound for a packet that Opus refuses: its frame count is zero (RFC 6716 3.2.5).
PlayoutStep refused(int samples, int skip) {
  static constexpr std::array<uint8_t, 3> kPayload{31 << 3 | 3, 0, 1};
  PlayoutStep step;
  step.kind = PlayoutStep::Kind::kDecode;
  step.packet.samples = samples;
  step.packet.payload = kPayload;
  step.skip = skip;
  return step;
}

PlayoutStep missing(size_t samples) {
  PlayoutStep step;
  step.kind = PlayoutStep::Kind::kConceal;
  step.samples = static_cast<int>(samples);
  return step;
}

TEST(AudioPlayout, ConcealsARefusedPacketOfAnyLengthForJustItsTime) {
  for (const int samples : {120, 480, 960, 1920, 2880, kMaxOpusPacketSamples}) {
    for (const int skip : {0, 100}) {
      AudioPlayout playout;
      EXPECT_EQ(playout.perform(refused(samples, skip)), 0);
      EXPECT_EQ(playout.ready(), static_cast<size_t>(samples - skip));
    }
  }
}

TEST(AudioPlayout, HasRoomForTheLongestRefusedPacketBehindAlmostABlock) {
  AudioPlayout playout;
  std::array<int16_t, kAudioBlockSamples> block;
  for (int i = 0; i < 10; ++i) {
    playout.perform(missing(kAudioBlockSamples - 1));
    playout.perform(refused(kMaxOpusPacketSamples, 0));
    while (playout.ready() >= kAudioBlockSamples) playout.take(block);
    playout.perform(missing(kAudioBlockSamples - playout.ready()));
    playout.take(block);
    EXPECT_EQ(playout.ready(), 0u);
  }
}

}  // namespace
}  // namespace sotto::media
