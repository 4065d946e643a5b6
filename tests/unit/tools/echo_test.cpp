#include "tools/call/echo.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace sotto::tools {
namespace {

TEST(Echo, SaysAgainWhatItHeard300MillisecondsLater) {
  Echo echo;
  std::vector<int16_t> said;
  echo.microphone()->start([&](AudioBlock block, Timestamp) { said.push_back(block[0]); });
  Timestamp now{};
  for (int16_t number = 1; number <= 40; ++number, now += 10ms) {
    std::array<int16_t, kAudioBlockSamples> block;
    block.fill(number);
    echo.heard(block, now);
  }
  ASSERT_EQ(said.size(), 40u);
  EXPECT_EQ(said[29], 0);
  EXPECT_EQ(said[30], 1);
  EXPECT_EQ(said[39], 10);
  echo.microphone()->stop();
}

TEST(Echo, ShowsPicturesAgainWithTheSound) {
  Echo echo;
  int shown = 0;
  echo.camera()->start([&](const VideoFrame&) { ++shown; });
  const std::array<int16_t, kAudioBlockSamples> silence{};
  Timestamp now{};
  echo.seen({std::make_shared<VideoBuffer>(16, 16), now}, now);
  echo.heard(silence, now + 290ms);
  EXPECT_EQ(shown, 0);
  echo.heard(silence, now + 300ms);
  EXPECT_EQ(shown, 1);
  echo.camera()->stop();
}

TEST(Echo, KeepsABoundedNumberOfPicturesIfNoSoundIsPlayed) {
  Echo echo;
  int shown = 0;
  echo.camera()->start([&](const VideoFrame&) { ++shown; });
  for (int i = 0; i < 1000; ++i) echo.seen({std::make_shared<VideoBuffer>(16, 16), {}}, {});
  echo.heard(std::array<int16_t, kAudioBlockSamples>{}, Timestamp{} + 1s);
  EXPECT_LE(shown, 32);
  echo.camera()->stop();
}

}  // namespace
}  // namespace sotto::tools
