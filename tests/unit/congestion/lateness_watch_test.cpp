#include "transport/congestion/lateness_watch.hpp"

#include <gtest/gtest.h>

namespace sotto::transport {
namespace {

constexpr Timestamp kStart{50s};
constexpr uint32_t kTicks = 960;  // of 48 kHz, in 20 ms

/// A stream with a packet each 20 ms.
class LatenessWatchTest : public testing::Test {
 protected:
  /// Whether the next packet, `late` after it was sent, is said to be late.
  bool packet(Duration late) {
    const Timestamp sent = kStart + sent_++ * 20ms;
    timestamp_ += kTicks;
    return watch_.on_packet(timestamp_, sent + late);
  }
  /// How many of `count` such packets are.
  int packets(int count, Duration late) {
    int found = 0;
    for (int i = 0; i < count; ++i) found += packet(late) ? 1 : 0;
    return found;
  }

  LatenessWatch watch_{48'000};
  int64_t sent_ = 0;
  uint32_t timestamp_ = 4'294'960'000;  // soon to wrap
};

TEST_F(LatenessWatchTest, SaysNothingWhilePacketsComeSteadily) { EXPECT_EQ(packets(500, 25ms), 0); }

TEST_F(LatenessWatchTest, NoticesTheFirstPacketThatIsMuchLater) {
  packets(50, 25ms);
  EXPECT_FALSE(packet(40ms));
  EXPECT_TRUE(packet(80ms));
  EXPECT_TRUE(packet(160ms));
}

TEST_F(LatenessWatchTest, TakesASlowerPathForTheUsualOneAfterTwoSeconds) {
  packets(100, 25ms);
  EXPECT_GE(packets(100, 200ms), 50);
  packets(10, 200ms);
  EXPECT_EQ(packets(100, 200ms), 0);
}

TEST_F(LatenessWatchTest, IsUsedToJitterWhereThereAlwaysIsSome) {
  const auto jittered = [this](int i) { return packet(Duration(1000 * (i * 37 % 60))); };
  for (int i = 0; i < 200; ++i) jittered(i);
  for (int i = 200; i < 1000; ++i) EXPECT_FALSE(jittered(i)) << i;
}

TEST_F(LatenessWatchTest, LooksAtTheFirstPacketOfATimestampAlone) {
  packets(50, 0ms);
  EXPECT_FALSE(watch_.on_packet(timestamp_, kStart + sent_ * 20ms + 300ms));
}

TEST_F(LatenessWatchTest, BeginsAnewWhenTimestampsJump) {
  packets(50, 0ms);
  for (int i = 0; i < 10'000; ++i) {
    timestamp_ += 0x7fff'ffff;
    (void)packet(0ms);
  }
  EXPECT_EQ(packets(50, 0ms), 0);
}

}  // namespace
}  // namespace sotto::transport
