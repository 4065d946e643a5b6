#include "media/audio/processing/far_end.hpp"

#include <gmock/gmock.h>

#include <array>
#include <cmath>
#include <memory>
#include <numbers>
#include <vector>

#include "media/audio/processing/render_queue.hpp"

namespace sotto::media {
namespace {

using Block = std::array<int16_t, kAudioBlockSamples>;
using testing::Each;
using testing::ElementsAre;

Block filled(int16_t value) {
  Block block;
  block.fill(value);
  return block;
}

TEST(FarEnd, IsReadWhereverItWasPlayedWithSilenceAroundIt) {
  const auto far = std::make_unique<FarEnd>();
  far->add(filled(7));
  EXPECT_EQ(far->end(), 480);
  std::array<int16_t, 4> read{};
  far->read(-2, read);
  EXPECT_THAT(read, ElementsAre(0, 0, 7, 7));
  far->read(478, read);
  EXPECT_THAT(read, ElementsAre(7, 7, 0, 0));
}

TEST(FarEnd, LeavesRoomForWhatTheLoudspeakerLeftOut) {
  const auto far = std::make_unique<FarEnd>();
  far->add(filled(7));
  far->add_silence(1000);
  far->add(filled(8));
  std::array<int16_t, 4> read{};
  far->read(1478, read);
  EXPECT_THAT(read, ElementsAre(0, 0, 8, 8));
}

TEST(FarEnd, ForgetsWhatIsLongAgo) {
  const auto far = std::make_unique<FarEnd>();
  far->add(filled(7));
  far->add_silence(48'000 * 3600LL);
  far->add(filled(8));
  Block read;
  far->read(0, read);
  EXPECT_THAT(read, Each(0));
  far->read(far->end() - 480, read);
  EXPECT_THAT(read, Each(8));
}

TEST(FarEnd, CountsByTheClockOfTheMicrophone) {
  const auto far = std::make_unique<FarEnd>();
  far->set_drift(100);
  for (int i = 0; i < 3000; ++i) far->add(filled(0));
  // 30 s of the loudspeaker's clock are 3 ms less of the microphone's; some samples are held back.
  EXPECT_NEAR(static_cast<double>(far->end()), 1'440'000 - 144, 32);
}

TEST(DriftResampler, LeavesSoundAsItIsWhileTheClocksAgree) {
  DriftResampler resampler;
  EXPECT_THAT(resampler.process(filled(1234)), Each(1234));
}

TEST(DriftResampler, KeepsATone) {
  DriftResampler resampler;
  resampler.set_drift(-200);
  // A tone of the loudspeaker's clock is as much lower by the microphone's.
  const double step = 2 * std::numbers::pi * 3000 / kAudioSampleRate;
  std::vector<int16_t> heard;
  double phase = 0;
  for (int i = 0; i < 50; ++i) {
    Block block;
    for (int16_t& sample : block) sample = static_cast<int16_t>(std::lround(10'000 * std::sin(phase))), phase += step;
    const auto made = resampler.process(block);
    heard.insert(heard.end(), made.begin(), made.end());
  }
  double worst = 0;
  for (size_t i = 1000; i < heard.size(); ++i) {
    const double expected = 10'000 * std::sin(step * static_cast<double>(i) * (1 - 200e-6));
    worst = std::max(worst, std::abs(heard[i] - expected));
  }
  EXPECT_LT(worst, 10) << "60 dB below the tone";
}

TEST(RenderQueue, DropsWhatFindsNoRoom) {
  const auto queue = std::make_unique<RenderQueue>();
  EXPECT_EQ(queue->front(), nullptr);
  for (int i = 0; i < 1000; ++i) queue->push(filled(static_cast<int16_t>(i)), Timestamp{i * 10ms});
  int taken = 0;
  while (const RenderQueue::Block* block = queue->front()) {
    EXPECT_EQ(block->samples[0], taken);
    EXPECT_EQ(block->when, Timestamp{taken * 10ms});
    queue->pop();
    ++taken;
  }
  EXPECT_EQ(taken, 50);
}

}  // namespace
}  // namespace sotto::media
