#include "media/audio/jitter_buffer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

namespace sotto::media {
namespace {

using Kind = PlayoutStep::Kind;

/// Packets of 20 ms, sent each 20 ms from 0 on; ticks each 10 ms from `phase_` on.
class JitterBufferTest : public testing::Test {
 protected:
  void packet(int64_t number, Duration arrival) {
    buffer_.insert(number, static_cast<uint32_t>(number * 960), Bytes{31 << 3, 1, 2, 3}, start_ + arrival);
  }
  /// Runs the ticks up to `until` and notes, for each, what it took up: the packet number times two, plus one for its
  /// second half; -1 for made-up sound, -2 for silence.
  void ticks_until(Duration until) {
    for (; next_tick_ < until; next_tick_ += 10ms) {
      while (ready_.empty()) step(next_tick_);
      heard_.push_back(ready_.front());
      ready_.erase(ready_.begin());
    }
  }
  void step(Duration now) {
    last_ = buffer_.next(start_ + now, 0, memory_);
    switch (last_.kind) {
      case Kind::kSilence:
        ready_ = {-2};
        return;
      case Kind::kConceal:
        ready_ = {-1};
        return;
      case Kind::kPrime:
        ++primed_;
        return;
      case Kind::kDecode:
        for (int half = last_.skip / 480; half < 2; ++half) {
          ready_.push_back(static_cast<int>(last_.packet.position / 480) + half);
        }
        return;
    }
  }
  /// Sends and plays `count` more packets that arrive `late` after they were sent.
  void stream(int count, Duration late = 0ms) {
    for (int i = 0; i < count; ++i, ++sent_) {
      const Duration arrival = sent_ * 20ms + late;
      ticks_until(arrival);
      packet(sent_, arrival);
    }
  }
  void expect_heard_last(std::vector<int> expected) {
    EXPECT_EQ(std::vector<int>(heard_.end() - static_cast<std::ptrdiff_t>(expected.size()), heard_.end()), expected);
  }

  JitterBuffer buffer_{500ms};
  const Timestamp start_ = Timestamp{} + 500s;
  Duration next_tick_ = 4ms;
  std::array<uint8_t, PacketStore::kMaxPayload> memory_;
  PlayoutStep last_;
  int64_t sent_ = 0;
  int primed_ = 0;
  std::vector<int> ready_;
  std::vector<int> heard_;
};

TEST_F(JitterBufferTest, IsSilentUntilThereIsAPacket) {
  ticks_until(50ms);
  EXPECT_EQ(heard_, (std::vector{-2, -2, -2, -2, -2}));
}

TEST_F(JitterBufferTest, StartsAtTheFirstTickThatIsSafe) {
  // A tick comes 4 ms after the packet, which is less than the jitter that is expected at first; the next is 14 ms
  // after.
  stream(5);
  ticks_until(100ms);
  EXPECT_EQ(heard_, (std::vector{-2, 0, 1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(buffer_.statistics().delay, 14ms);
}

TEST_F(JitterBufferTest, StartsWithTheNewestOfPacketsThatCameInAHeap) {
  for (int number = 0; number < 10; ++number) packet(number, 200ms);
  next_tick_ = 205ms;
  sent_ = 10;
  stream(5);
  EXPECT_EQ(heard_.front(), 18);
}

TEST_F(JitterBufferTest, ConcealsALostPacketForJustItsTime) {
  stream(10);
  ++sent_;
  stream(5);
  ticks_until(300ms);
  expect_heard_last({18, 19, -1, -1, 22, 23, 24, 25, 26, 27, 28});
  EXPECT_EQ(buffer_.statistics().inserted_samples, 0u);
}

TEST_F(JitterBufferTest, PutsOvertakenPacketsBackInOrder) {
  stream(10);
  packet(11, 200ms);
  packet(10, 201ms);
  sent_ = 12;
  stream(2);
  ticks_until(280ms);
  expect_heard_last({18, 19, 20, 21, 22, 23, 24, 25, 26});
}

TEST_F(JitterBufferTest, JoinsAPacketThatIsLateOnceWhereItWouldBeByNow) {
  stream(100);
  const Duration sent = sent_++ * 20ms;
  ticks_until(sent + 18ms);
  packet(100, sent + 18ms);
  stream(3);
  // Its first half has been made up, its second half is heard in its time, and no delay is added.
  EXPECT_EQ(buffer_.statistics().inserted_samples, 0u);
  expect_heard_last({199, -1, 201, 202, 203, 204});
}

TEST_F(JitterBufferTest, KeepsTheDecoderFedWithPacketsThatCameTooLateToBeHeard) {
  stream(100);
  const Duration sent = sent_ * 20ms;
  sent_ += 2;
  ticks_until(sent + 39ms);
  packet(100, sent + 39ms);
  packet(101, sent + 40ms);
  stream(3);
  EXPECT_EQ(primed_, 1);
  EXPECT_TRUE(last_.follows_last);
}

TEST_F(JitterBufferTest, PutsPlayoutOffWhenPacketsKeepBeingLate) {
  stream(100);
  const uint64_t before = buffer_.statistics().inserted_samples;
  for (int i = 0; i < 50; ++i) stream(1, i % 2 == 0 ? 30ms : 0ms);
  const auto conceals = [this] { return std::count(heard_.begin(), heard_.end(), -1); };
  EXPECT_GT(buffer_.statistics().inserted_samples, before);
  EXPECT_GE(buffer_.statistics().delay, 30ms);
  const auto so_far = conceals();
  for (int i = 0; i < 50; ++i) stream(1, i % 2 == 0 ? 30ms : 0ms);
  EXPECT_EQ(conceals(), so_far);
}

TEST_F(JitterBufferTest, GoesBackForTheThirdPacketInARowOfAPathThatBecameSlower) {
  stream(100);
  stream(10, 200ms);
  // 200 ms, two packets, and less than a tick in which the third one waits; then one packet after the other.
  const auto conceals = [this] { return std::count(heard_.begin(), heard_.end(), -1); };
  EXPECT_LE(conceals(), 25);
  expect_heard_last({-1, 204, 205, 206, 207, 208, 209, 210, 211, 212, 213, 214, 215, 216, 217});
  const auto so_far = conceals();
  stream(200, 200ms);
  EXPECT_EQ(conceals(), so_far);
}

TEST_F(JitterBufferTest, OffersToShortenWhatIsHeldTooLong) {
  stream(100);  // starts at 14 ms
  EXPECT_EQ(last_.may_remove, 0);
  stream(1000);  // what was expected at first has been forgotten: 2 ms would do
  EXPECT_EQ(last_.may_remove, 480);
  buffer_.on_removed(480, 0);
  EXPECT_EQ(buffer_.statistics().delay, 4ms);
  EXPECT_EQ(buffer_.statistics().target, 2ms);
  EXPECT_EQ(buffer_.statistics().removed_samples, 480u);
}

TEST_F(JitterBufferTest, OffersToStretchWhatIsHeldTooShortly) {
  stream(100);
  EXPECT_FALSE(last_.may_insert);
  // Each tenth packet comes as a copy alone, with the second after it: too late, but often enough to wait for.
  for (int i = 0; i < 10; ++i) {
    const int64_t lost = sent_++;
    stream(2);
    buffer_.insert_copy(static_cast<uint32_t>(lost * 960), Bytes{31 << 3, 1, 2, 3}, start_ + (lost + 2) * 20ms);
    stream(7);
  }
  ASSERT_TRUE(last_.may_insert);
  EXPECT_EQ(last_.may_remove, 0);
  const Duration before = buffer_.statistics().delay;
  buffer_.on_inserted(480, 0);
  EXPECT_EQ(buffer_.statistics().delay, before + 10ms);
  EXPECT_EQ(buffer_.statistics().inserted_samples, 480u);
}

TEST_F(JitterBufferTest, AddsUpStretchesThatAreShorterThanATick) {
  stream(100);
  const Duration before = buffer_.statistics().delay;
  buffer_.on_inserted(300, 0);
  EXPECT_EQ(buffer_.statistics().delay, before);
  buffer_.on_inserted(200, 300);
  EXPECT_EQ(buffer_.statistics().delay, before + 10ms);
}

TEST_F(JitterBufferTest, HurriesWhereThereIsFarTooMuchDelay) {
  stream(200);
  next_tick_ += 100ms;  // the sound card stood still
  stream(150);
  EXPECT_TRUE(last_.urgent);
  EXPECT_EQ(last_.may_remove, 480);
}

TEST_F(JitterBufferTest, OffersToShortenByWhatWaitsForNothing) {
  stream(100);
  ticks_until(sent_ * 20ms + 4ms);
  packet(100, sent_ * 20ms);
  const PlayoutStep step = buffer_.next(start_ + next_tick_, 200, memory_);
  EXPECT_EQ(step.kind, Kind::kDecode);
  EXPECT_EQ(step.may_remove, 200);
}

TEST_F(JitterBufferTest, CutsALongDelayInOnePiece) {
  stream(100);
  next_tick_ += 1s;  // the sound card stood still
  for (int i = 0; i < 50; ++i, ++sent_) packet(sent_, sent_ * 20ms);
  stream(150);
  EXPECT_LE(buffer_.statistics().delay, 30ms);
  EXPECT_GT(buffer_.statistics().removed_samples, 40'000u);
}

TEST_F(JitterBufferTest, LosesNoTimeToASoundCardThatAsksInBursts) {
  stream(10);
  for (int i = 0; i < 200; ++i, ++sent_) {
    packet(sent_, sent_ * 20ms);
    if (i % 5 != 4) continue;  // ten ticks at once, each 100 ms
    const Duration now = (sent_ + 1) * 20ms;
    while (next_tick_ < now) {
      while (ready_.empty()) step(now);
      heard_.push_back(ready_.front());
      ready_.erase(ready_.begin());
      next_tick_ += 10ms;
    }
  }
  EXPECT_EQ(std::count(heard_.end() - 100, heard_.end(), -1), 0);
}

TEST_F(JitterBufferTest, SparesNoTickOfASoundCardThatAsksForTwoBlocksAtOnce) {
  // Each packet is needed 15 ms after it came. A block less, and it would be needed 5 ms before.
  const auto burst_after = [this](Duration arrival) {
    for (int tick = 0; tick < 2; ++tick) buffer_.on_tick(start_ + arrival + 15ms);
    while (ready_.size() < 2) step(arrival + 15ms);
    ready_.erase(ready_.begin(), ready_.begin() + 2);
  };
  for (; sent_ < 1000; ++sent_) {
    packet(sent_, sent_ * 20ms);
    burst_after(sent_ * 20ms);
    EXPECT_LT(last_.may_remove, 480) << sent_;
  }
  EXPECT_EQ(buffer_.statistics().target, 2ms);
  EXPECT_EQ(buffer_.statistics().delay, 15ms);
}

TEST_F(JitterBufferTest, FindsItsPlaceAgainWhenTheSoundCardAsksForMoreThanItDid) {
  stream(100);
  next_tick_ -= 20ms;  // two blocks that it will not ask for later
  stream(200);
  EXPECT_EQ(std::count(heard_.end() - 200, heard_.end(), -1), 0);
}

TEST_F(JitterBufferTest, FallsSilentAfterASecondWithoutPacketsAndStartsAgain) {
  stream(50);
  ticks_until(2500ms);
  EXPECT_EQ(heard_.back(), -2);
  EXPECT_EQ(std::count(heard_.begin(), heard_.end(), -1), 100);
  sent_ = 150;
  stream(10);
  EXPECT_GE(heard_.back(), 2 * 150);
}

TEST_F(JitterBufferTest, FollowsAStreamThatBeganAnewWithin100Ms) {
  stream(50);
  for (int i = 0; i < 5; ++i, ++sent_) {
    ticks_until(sent_ * 20ms);
    buffer_.insert(sent_, static_cast<uint32_t>(1'500'000'000 + i * 960), Bytes{31 << 3, 1, 2, 3},
                   start_ + sent_ * 20ms);
  }
  ticks_until(sent_ * 20ms);
  EXPECT_EQ(last_.kind, Kind::kDecode);
  EXPECT_GE(heard_.back(), 1'500'000'000 / 480);
}

TEST_F(JitterBufferTest, HoldsBackNoLongerThanItMay) {
  for (int stall = 0; stall < 10; ++stall) {
    stream(50);
    const Duration end = (sent_ + 50) * 20ms;
    ticks_until(end);
    for (int i = 0; i < 50; ++i) packet(sent_++, end);
    EXPECT_LE(buffer_.statistics().target, 500ms);
    EXPECT_LE(buffer_.statistics().delay, 510ms);
  }
}

TEST_F(JitterBufferTest, DecodesNoTimeTwiceWhateverLengthsPacketsClaim) {
  // 120 ms each, one sample apart.
  for (uint32_t i = 0; i < 60; ++i) buffer_.insert(i, i, Bytes{31 << 3 | 3, 6, 1, 2, 3, 4, 5, 6}, start_);
  EXPECT_EQ(buffer_.next(start_ + 10ms, 0, memory_).kind, Kind::kDecode);
  EXPECT_EQ(buffer_.next(start_ + 20ms, 0, memory_).kind, Kind::kConceal);
}

TEST_F(JitterBufferTest, CountsWhatItCouldNotUse) {
  stream(50);
  packet(49, sent_ * 20ms);
  packet(20, sent_ * 20ms);
  buffer_.insert(sent_, 48'000, Bytes{}, start_ + sent_ * 20ms);
  const JitterBufferStatistics statistics = buffer_.statistics();
  EXPECT_EQ(statistics.received, 53u);
  EXPECT_EQ(statistics.duplicate, 2u);
  EXPECT_EQ(statistics.discarded, 1u);
}

}  // namespace
}  // namespace sotto::media
