#include "transport/congestion/video_budget.hpp"

#include <gtest/gtest.h>

namespace sotto::transport {
namespace {

constexpr Timestamp kStart{1000s};
constexpr DataRate kMost = DataRate::kbps(2500);
constexpr DataRate kTarget = DataRate::kbps(1000);

class VideoBudgetTest : public ::testing::Test {
 protected:
  /// One packet each 10 ms for a second: a hundred.
  void send(PacketPriority priority, int64_t payload, int64_t on_path) {
    for (int i = 0; i < 100; ++i) {
      budget_.on_sent(priority, DataSize::bytes(payload), DataSize::bytes(on_path), kStart + i * 10ms);
    }
  }
  double video(DataRate target = kTarget, Duration waiting = 0ms) {
    return budget_.video(target, waiting, kStart + 999ms).kbps();
  }

  VideoBudget budget_{kMost};
};

TEST_F(VideoBudgetTest, LeavesRoomForSoundAndHeadersBeforeAnythingWasSent) {
  EXPECT_NEAR(video(), (1000 - 58) * 0.94, 2);
}

TEST_F(VideoBudgetTest, SoundComesFirst) {
  send(PacketPriority::kAudio, 80, 125);  // 100 kbit/s
  EXPECT_NEAR(video(), 900 * 0.94, 2);
}

TEST_F(VideoBudgetTest, LeavesRoomForSoundThatIsAboutToTakeMore) {
  send(PacketPriority::kAudio, 80, 125);  // 100 kbit/s
  budget_.expect_audio(DataRate::kbps(150));
  EXPECT_NEAR(video(), 850 * 0.94, 2);
}

TEST_F(VideoBudgetTest, RepairsAreInsideTheBudgetUpToTwoThirds) {
  send(PacketPriority::kRepair, 500, 500);  // 400 kbit/s
  EXPECT_NEAR(video(), (942 - 400) * 0.94, 2);
  send(PacketPriority::kRepair, 1000, 1000);
  EXPECT_NEAR(video(), 942 * (1 - VideoBudget::kMostRepairs) * 0.94, 2);
}

TEST_F(VideoBudgetTest, ReportsAndFeedbackComeBeforeIt) {
  for (int i = 0; i < 10; ++i) budget_.on_rtcp_sent(DataSize::bytes(500), kStart + i * 100ms);  // 40 kbit/s
  EXPECT_NEAR(video(), (942 - 40) * 0.94, 2);
}

TEST_F(VideoBudgetTest, KnowsWhatHeadersTake) {
  send(PacketPriority::kVideo, 100, 125);
  EXPECT_NEAR(video(), 942 * 0.8, 2);
}

TEST_F(VideoBudgetTest, GivesNoMoreThanVideoMayHave) { EXPECT_EQ(video(DataRate::kbps(10'000)), 2500); }

TEST_F(VideoBudgetTest, IsSmallerWhileWhatWasMadeStillWaits) {
  EXPECT_EQ(video(kTarget, 40ms), video());
  EXPECT_NEAR(video(kTarget, 140ms), video() * 0.75, 1);
  EXPECT_NEAR(video(kTarget, 240ms), video() * 0.5, 1);
}

TEST_F(VideoBudgetTest, IsNothingWhereWhatIsMadeWouldOnlyWait) { EXPECT_EQ(video(kTarget, 300ms), 0); }

TEST_F(VideoBudgetTest, IsNothingWhereItIsTooLittleForPictures) {
  EXPECT_GT(video(DataRate::kbps(100)), 20);
  EXPECT_EQ(video(DataRate::kbps(75)), 0);
}

TEST_F(VideoBudgetTest, IsNothingWhereSoundTakesAll) {
  send(PacketPriority::kAudio, 2000, 2000);
  EXPECT_EQ(video(), 0);
}

TEST(RateMeter, ForgetsWhatIsOlderThanASecond) {
  RateMeter meter;
  meter.add(DataSize::bytes(1000), kStart);
  EXPECT_EQ(meter.rate(kStart + 900ms), DataRate::kbps(8));
  EXPECT_EQ(meter.rate(kStart + 1000ms), DataRate());
  meter.add(DataSize::bytes(500), kStart + 1h);
  EXPECT_EQ(meter.rate(kStart + 1h), DataRate::kbps(4));
}

}  // namespace
}  // namespace sotto::transport
