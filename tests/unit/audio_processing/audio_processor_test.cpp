#include "media/audio/processing/audio_processor.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>

#include "media/device/test_sound.hpp"

namespace sotto::media {
namespace {

using Block = std::array<int16_t, kAudioBlockSamples>;
using Source = std::function<void(Block&)>;

double power(const Block& block) {
  double sum = 0;
  for (const int16_t sample : block) sum += static_cast<double>(sample) * sample;
  return sum;
}

struct Processed {
  double gain_db = 0;         ///< over the second half
  double share_of_voice = 0;  ///< likewise, of the blocks
};

Processed process(const AudioProcessing& wanted, const Source& source, int seconds = 6) {
  AudioProcessor processor(wanted);
  double before = 1, after = 1;
  int voice = 0;
  Timestamp now{1000s};
  for (int i = 0; i < seconds * 100; ++i) {
    Block block;
    source(block);
    const double came = power(block);
    processor.capture(block, now += 10ms);
    if (i < seconds * 50) continue;
    before += came;
    after += power(block);
    voice += processor.statistics().voice;
  }
  return {10 * std::log10(after / before), voice / (seconds * 50.0)};
}

Source noise(double loudness) {
  return [loudness, state = uint32_t{1}](Block& block) mutable {
    for (int16_t& sample : block) {
      state = state * 1664525 + 1013904223;
      sample = static_cast<int16_t>(loudness * (static_cast<double>(state) / 2147483648.0 - 1));
    }
  };
}

Source tone(double frequency) {
  return [source = TestTone(frequency)](Block& block) mutable { source.next(block); };
}

Source voice(double loudness) {
  return [loudness, speech = TestSpeech(5)](Block& block) mutable {
    speech.next(block);
    for (int16_t& sample : block) sample = static_cast<int16_t>(loudness * sample);
  };
}

AudioProcessing only(std::function<void(AudioProcessing&)> choose) {
  AudioProcessing wanted = AudioProcessing::none();
  choose(wanted);
  return wanted;
}

TEST(AudioProcessor, TakesRumbleAwayAndLeavesAVoice) {
  const AudioProcessing high_pass = only([](AudioProcessing& wanted) { wanted.high_pass = true; });
  EXPECT_LT(process(high_pass, tone(30)).gain_db, -15);
  EXPECT_NEAR(process(high_pass, tone(400)).gain_db, 0, 0.5);
}

TEST(AudioProcessor, SuppressesNoiseByTheLevelThatIsWished) {
  const auto gain = [](NoiseSuppression level) {
    return process(only([&](AudioProcessing& wanted) { wanted.noise_suppression = level; }), noise(500)).gain_db;
  };
  EXPECT_NEAR(gain(NoiseSuppression::kLow), -6, 3);
  EXPECT_NEAR(gain(NoiseSuppression::kModerate), -12, 3);
  EXPECT_NEAR(gain(NoiseSuppression::kHigh), -18, 3);
  EXPECT_NEAR(gain(NoiseSuppression::kVeryHigh), -21, 3);
}

TEST(AudioProcessor, MakesAQuietVoiceLouder) {
  EXPECT_GT(process(only([](AudioProcessing& wanted) { wanted.gain_control = true; }), voice(0.1)).gain_db, 5);
}

TEST(AudioProcessor, TellsAVoiceFromNoise) {
  const AudioProcessing detection = only([](AudioProcessing& wanted) { wanted.voice_detection = true; });
  EXPECT_GT(process(detection, voice(1)).share_of_voice, 0.8);
  EXPECT_LT(process(detection, noise(100)).share_of_voice, 0.2);
}

TEST(AudioProcessor, HearsNoVoiceWithoutVoiceDetection) {
  EXPECT_EQ(process(only([](AudioProcessing& wanted) { wanted.high_pass = true; }), voice(1)).share_of_voice, 0);
}

TEST(AudioProcessor, KnowsNoEchoBeforeItHasHeardOne) {
  AudioProcessor processor({});
  Block block{};
  processor.capture(block, Timestamp{1s});
  const AudioProcessorStatistics statistics = processor.statistics();
  EXPECT_FALSE(statistics.echo_delay);
  EXPECT_FALSE(statistics.echo_return_loss_enhancement);
  EXPECT_FALSE(statistics.drift_ppm);
}

TEST(AudioProcessor, BearsALoudspeakerThatNobodyListensTo) {
  AudioProcessor processor({});
  const Block block{};
  for (int i = 0; i < 1000; ++i) processor.render(block, Timestamp{1s} + i * 10ms);
  Block captured{};
  for (int i = 0; i < 1000; ++i) processor.capture(captured, Timestamp{11s} + i * 10ms);
  SUCCEED();
}

}  // namespace
}  // namespace sotto::media
