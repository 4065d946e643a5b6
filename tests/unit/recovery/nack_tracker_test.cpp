#include "transport/recovery/nack_tracker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/random.hpp"

namespace sotto::transport {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Timestamp kStart{1000s};
constexpr Duration kRoundTrip = 50ms;
constexpr Duration kFirstWait = 1ms;  // on a path that was never seen to reorder
constexpr Duration kRetry = kRoundTrip + kRoundTrip / 8;

std::vector<int> numbers(std::span<const SequenceNumber> requests) {
  std::vector<int> values;
  for (const SequenceNumber sequence : requests) values.push_back(sequence.value());
  return values;
}

/// A tracker that saw the packet `sequence` at kStart and those before it, so that it has nothing to guess.
NackTracker begun_with(int64_t sequence, Duration round_trip_time = kRoundTrip) {
  NackTracker tracker(round_trip_time);
  tracker.set_round_trip_time(round_trip_time);
  for (const int64_t before : {0, 1, 2, 3}) tracker.on_packet(sequence - before, kStart, true);
  return tracker;
}

/// A tracker that saw the packets 10 and 13 at kStart.
NackTracker with_gap() {
  NackTracker tracker = begun_with(10);
  tracker.on_packet(13, kStart, false);
  return tracker;
}

TEST(NackTracker, AsksForNothingWhileNothingIsMissing) {
  NackTracker tracker = begun_with(65'529);
  for (int64_t sequence = 65'530; sequence < 65'540; ++sequence) tracker.on_packet(sequence, kStart, false);
  EXPECT_THAT(tracker.take_requests(kStart + 10s).asked, IsEmpty());
  EXPECT_EQ(tracker.next_deadline(), std::nullopt);
}

TEST(NackTracker, AsksForAGapAfterTheReorderingWaitOldestFirst) {
  NackTracker tracker = with_gap();
  EXPECT_THAT(tracker.take_requests(kStart).asked, IsEmpty());
  ASSERT_EQ(tracker.next_deadline(), kStart + kFirstWait);
  EXPECT_THAT(numbers(tracker.take_requests(kStart + kFirstWait).asked), ElementsAre(11, 12));
}

TEST(NackTracker, AsksForNothingThatCameWithinTheWait) {
  NackTracker tracker = with_gap();
  tracker.on_packet(12, kStart + 1ms, false);
  tracker.on_packet(11, kStart + 1ms, false);
  EXPECT_EQ(tracker.next_deadline(), std::nullopt);
  EXPECT_THAT(tracker.take_requests(kStart + 1s).asked, IsEmpty());
}

TEST(NackTracker, AsksAgainEachRoundTrip) {
  NackTracker tracker = with_gap();
  (void)tracker.take_requests(kStart + kFirstWait);
  EXPECT_THAT(tracker.take_requests(kStart + kFirstWait + kRoundTrip).asked, IsEmpty());
  tracker.on_packet(11, kStart + 30ms, true);
  EXPECT_EQ(tracker.next_deadline(), kStart + kFirstWait + kRetry);
  EXPECT_THAT(numbers(tracker.take_requests(kStart + kFirstWait + kRetry).asked), ElementsAre(12));
}

TEST(NackTracker, FollowsTheRoundTripTime) {
  NackTracker tracker = with_gap();
  tracker.set_round_trip_time(200ms);
  (void)tracker.take_requests(kStart + kFirstWait);
  (void)tracker.take_requests(kStart + kFirstWait + 10ms);
  EXPECT_EQ(tracker.next_deadline(), kStart + kFirstWait + 225ms);
}

TEST(NackTracker, EchoesEachRequestTenMillisecondsLater) {
  NackTracker tracker = with_gap();
  EXPECT_THAT(tracker.take_requests(kStart + kFirstWait).echoed, IsEmpty());
  ASSERT_EQ(tracker.next_deadline(), kStart + kFirstWait + 10ms);
  const NackTracker::Requests echo = tracker.take_requests(kStart + kFirstWait + 10ms);
  EXPECT_THAT(echo.asked, IsEmpty());
  EXPECT_THAT(numbers(echo.echoed), ElementsAre(11, 12));
  ASSERT_EQ(tracker.next_deadline(), kStart + kFirstWait + kRetry);
  (void)tracker.take_requests(kStart + kFirstWait + kRetry);
  EXPECT_EQ(tracker.next_deadline(), kStart + kFirstWait + kRetry + 10ms);
}

TEST(NackTracker, EchoesMoreOftenWhereMoreRequestsAreLostAndWithinHalfARoundTrip) {
  for (const auto& [loss, echoes] : {std::pair(0.01, 1), {0.1, 1}, {0.2, 2}, {0.3, 3}, {0.9, 3}}) {
    NackTracker tracker = with_gap();
    tracker.set_request_loss(loss);
    int said = 0;
    for (Timestamp now = kStart; now < kStart + kFirstWait + kRoundTrip / 2; now += 1ms) {
      said += tracker.take_requests(now).echoed.empty() ? 0 : 1;
    }
    EXPECT_EQ(said, echoes) << loss;
  }
}

/// A tracker in the middle of a stream with sums, three milliseconds from the beginning of a picture to the last of
/// two. The next packet is the number 10 * pictures.
struct Protected {
  static constexpr uint32_t kStep = 3000;
  static constexpr Duration kInterval = 33ms;
  static constexpr int kPictures = 300;

  Protected() {
    tracker.set_round_trip_time(kRoundTrip);
    for (int picture = 0; picture < kPictures; ++picture) receive(picture, 0, 9);
    tracker.on_packet(-1, now, true);
    tracker.on_packet(-2, now, true);
    tracker.on_packet(-3, now, true);
  }

  /// Receives the packets `first` to `last` of a picture: eight of its own and two sums.
  void receive(int picture, int first, int last) {
    now = kStart + picture * kInterval;
    for (int i = first; i <= last; ++i) {
      const uint32_t rtp_timestamp = static_cast<uint32_t>(picture) * kStep;
      tracker.on_packet(10 * picture + i, now + (i < 8 ? 0ms : 3ms), false,
                        NackTracker::PicturePart{rtp_timestamp, i >= 7, i >= 8});
    }
  }

  NackTracker tracker{kRoundTrip};
  Timestamp now = kStart;
};

TEST(NackTracker, WaitsForSumsForAsLongAsTheyTakeToCome) {
  Protected stream;
  stream.receive(Protected::kPictures, 0, 1);
  stream.receive(Protected::kPictures, 3, 7);
  EXPECT_EQ(stream.tracker.next_deadline(), stream.now + 5ms);
}

TEST(NackTracker, WaitsForNoSumsOfAPictureWhoseEndIsMissingWhenTheNextOneBegins) {
  Protected stream;
  stream.receive(Protected::kPictures, 0, 4);
  stream.receive(Protected::kPictures + 1, 0, 0);
  EXPECT_EQ(stream.tracker.next_deadline(), stream.now + kFirstWait);
}

TEST(NackTracker, WaitsForNoSumsOfAPictureOfWhichNothingCame) {
  Protected stream;
  stream.receive(Protected::kPictures + 1, 0, 0);
  EXPECT_EQ(stream.tracker.next_deadline(), stream.now + kFirstWait);
  EXPECT_EQ(stream.tracker.take_requests(stream.now + kFirstWait).asked.size(), 10u);
}

TEST(NackTracker, WaitsForTheSumsOfAPictureWhoseBeginningIsMissing) {
  Protected stream;
  stream.receive(Protected::kPictures, 2, 2);
  EXPECT_EQ(stream.tracker.next_deadline(), stream.now + 5ms);
}

TEST(NackTracker, WaitsForNoSumsWhereNoneCame) {
  NackTracker tracker = begun_with(10);
  tracker.on_packet(13, kStart, false, NackTracker::PicturePart{3000, false, false});
  EXPECT_EQ(tracker.next_deadline(), kStart + kFirstWait);
}

TEST(NackTracker, EchoesNothingThatCameMeanwhile) {
  NackTracker tracker = with_gap();
  (void)tracker.take_requests(kStart + kFirstWait);
  tracker.on_packet(11, kStart + 5ms, false);
  EXPECT_THAT(numbers(tracker.take_requests(kStart + kFirstWait + 10ms).echoed), ElementsAre(12));
}

TEST(NackTracker, AsksTwiceForThreePacketsBeforeTheFirstAndNeverGivesThemUp) {
  NackTracker tracker(kRoundTrip);
  tracker.on_packet(10, kStart, false);
  EXPECT_THAT(numbers(tracker.take_requests(kStart + kFirstWait).asked), ElementsAre(7, 8, 9));
  EXPECT_THAT(numbers(tracker.take_requests(kStart + kFirstWait + kRetry).asked), ElementsAre(7, 8, 9));
  EXPECT_THAT(tracker.take_requests(kStart + kFirstWait + 2 * kRetry).asked, IsEmpty());
  EXPECT_EQ(tracker.outstanding(), 0u);
  EXPECT_EQ(tracker.next_deadline(), std::nullopt);
  EXPECT_EQ(tracker.take_given_up(), 0u);
}

TEST(NackTracker, WrapsBackwardsInWhatItGuesses) {
  NackTracker tracker(kRoundTrip);
  tracker.on_packet(1, kStart, false);
  EXPECT_THAT(numbers(tracker.take_requests(kStart + kFirstWait).asked), ElementsAre(65'534, 65'535, 0));
}

TEST(NackTracker, CountsNoGuessWhenItGivesUpAll) {
  NackTracker tracker(kRoundTrip);
  tracker.on_packet(10, kStart, false);
  tracker.on_packet(10'000, kStart, false);
  EXPECT_EQ(tracker.take_given_up(), 9'989u);
}

TEST(NackTracker, BringsForwardWhatItAskedForWhenTheRoundTripIsShorter) {
  NackTracker tracker = begun_with(10, 400ms);
  tracker.on_packet(12, kStart, false);
  (void)tracker.take_requests(kStart + kFirstWait);
  (void)tracker.take_requests(kStart + kFirstWait + 10ms);
  ASSERT_EQ(tracker.next_deadline(), kStart + kFirstWait + 450ms);
  tracker.set_round_trip_time(kRoundTrip);
  EXPECT_EQ(tracker.next_deadline(), kStart + kFirstWait + kRetry);
  tracker.set_round_trip_time(400ms);
  EXPECT_THAT(numbers(tracker.take_requests(kStart + kFirstWait + kRetry).asked), ElementsAre(11));
}

TEST(NackTracker, NeverRepeatsByAGuessedRoundTripOfMoreThanAHundredMilliseconds) {
  NackTracker tracker(400ms);
  tracker.on_packet(10, kStart, false);
  (void)tracker.take_requests(kStart + kFirstWait);
  (void)tracker.take_requests(kStart + kFirstWait + 10ms);
  EXPECT_EQ(tracker.next_deadline(), kStart + kFirstWait + 112'500us);
}

TEST(NackTracker, GivesUpAPacketAfterTenRequests) {
  NackTracker tracker = with_gap();
  int requests = 0;
  while (const auto deadline = tracker.next_deadline())
    requests += static_cast<int>(tracker.take_requests(*deadline).asked.size());
  EXPECT_EQ(requests, 20);
  EXPECT_EQ(tracker.take_given_up(), 2u);
  EXPECT_EQ(tracker.take_given_up(), 0u);
  EXPECT_EQ(tracker.outstanding(), 0u);
}

TEST(NackTracker, GivesUpWhatTheSenderHasForgottenByNow) {
  NackTracker tracker = begun_with(1, 300ms);
  tracker.on_packet(3, kStart, false);
  int requests = 0;
  Timestamp last = kStart;
  while (const auto deadline = tracker.next_deadline()) {
    last = *deadline;
    requests += static_cast<int>(tracker.take_requests(*deadline).asked.size());
  }
  EXPECT_EQ(requests, 3);
  EXPECT_LT(last, kStart + 1400ms);
  EXPECT_EQ(tracker.take_given_up(), 1u);
}

TEST(NackTracker, GivesUpAllWhenMoreThanAThousandAreMissing) {
  NackTracker tracker = begun_with(0);
  tracker.on_packet(1001, kStart, false);
  EXPECT_EQ(tracker.outstanding(), 1000u);
  tracker.on_packet(1003, kStart, false);
  EXPECT_EQ(tracker.outstanding(), 0u);
  EXPECT_EQ(tracker.take_given_up(), 1001u);
  EXPECT_THAT(tracker.take_requests(kStart + 1s).asked, IsEmpty());
}

TEST(NackTracker, NeverAsksForAGapOfThirtyThousand) {
  NackTracker tracker = begun_with(0);
  tracker.on_packet(30'000, kStart, false);
  EXPECT_EQ(tracker.next_deadline(), std::nullopt);
  EXPECT_EQ(tracker.take_given_up(), 29'999u);
}

TEST(NackTracker, GivesUpWhatAnOutageSwallowed) {
  NackTracker tracker = begun_with(0);
  tracker.on_packet(300, kStart + 1100ms, false);
  EXPECT_EQ(tracker.take_given_up(), 299u);
}

TEST(NackTracker, GivesUpWhatAShortOutageSwallowed) {
  NackTracker tracker = begun_with(0);
  tracker.on_packet(100, kStart + 301ms, false);
  EXPECT_EQ(tracker.take_given_up(), 99u);
}

TEST(NackTracker, AsksForWhatAnOutageOfLessThanThreeRoundTripsSwallowed) {
  NackTracker tracker = begun_with(0, 200ms);
  tracker.on_packet(100, kStart + 600ms, false);
  EXPECT_EQ(tracker.take_given_up(), 0u);
  EXPECT_EQ(tracker.outstanding(), 99u);
}

TEST(NackTracker, AsksForALossAfterAPause) {
  NackTracker tracker = begun_with(0);
  tracker.on_packet(2, kStart + 10s, false);
  EXPECT_EQ(tracker.take_given_up(), 0u);
  EXPECT_THAT(numbers(tracker.take_requests(kStart + 11s).asked), ElementsAre(1));
}

TEST(NackTracker, LearnsToWaitForLatePackets) {
  NackTracker tracker = with_gap();
  tracker.on_packet(11, kStart + 12ms, false);
  EXPECT_EQ(tracker.reorder_wait(), Duration(15ms));
  tracker.on_packet(12, kStart + 40ms, true);  // a retransmission is late by its nature
  EXPECT_EQ(tracker.reorder_wait(), Duration(15ms));
  tracker.on_packet(15, kStart + 50ms, false);
  EXPECT_EQ(tracker.next_deadline(), kStart + 65ms);
}

TEST(NackTracker, NeverWaitsLongerThanHalfARoundTrip) {
  NackTracker tracker = with_gap();
  tracker.on_packet(11, kStart + 45ms, false);
  EXPECT_EQ(tracker.reorder_wait(), kRoundTrip / 2);
}

TEST(NackTracker, ForgetsReorderingThatIsOver) {
  NackTracker tracker = with_gap();
  tracker.on_packet(11, kStart + 12ms, false);
  for (int64_t sequence = 14; sequence < 6000; ++sequence) tracker.on_packet(sequence, kStart + 20ms, false);
  EXPECT_LT(tracker.reorder_wait(), Duration(3100us));
}

TEST(NackTracker, WrapsInWhatItAsksFor) {
  NackTracker tracker = begun_with(65'534);
  tracker.on_packet(65'538, kStart, false);
  EXPECT_THAT(numbers(tracker.take_requests(kStart + kFirstWait).asked), ElementsAre(65'535, 0, 1));
}

TEST(NackTracker, IgnoresWhatIsOlderThanItsGuesses) {
  NackTracker tracker = begun_with(10);
  tracker.on_packet(5, kStart, false);
  EXPECT_EQ(tracker.outstanding(), 0u);
}

/// Whatever order packets come in: what is outstanding is just what did not come, and everything is asked for or came.
TEST(NackTracker, KnowsExactlyWhatIsMissingInAnyOrder) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    SeededRandom random(seed);
    int64_t highest = 65'000;
    NackTracker tracker = begun_with(highest);
    std::set<int64_t> expected;
    Timestamp now = kStart;
    for (int step = 0; step < 500; ++step, now += 1ms) {
      const int64_t sequence = highest + static_cast<int64_t>(random.u32() % 12) - 6;
      for (int64_t skipped = highest + 1; skipped < sequence; ++skipped) expected.insert(skipped);
      highest = std::max(highest, sequence);
      expected.erase(sequence);
      tracker.on_packet(sequence, now, random.u32() % 4 == 0);
      for (const SequenceNumber asked : tracker.take_requests(now).asked) {
        const int64_t unwrapped = highest + SequenceNumber(static_cast<uint16_t>(highest)).distance_to(asked);
        ASSERT_TRUE(expected.contains(unwrapped)) << seed;
      }
      const size_t given_up = tracker.take_given_up();
      while (expected.size() > tracker.outstanding() && given_up > 0) expected.erase(expected.begin());
      ASSERT_EQ(tracker.outstanding(), expected.size()) << seed;
      ASSERT_EQ(tracker.next_deadline().has_value(), !expected.empty()) << seed;
    }
  }
}

TEST(NackTracker, AsksNoMoreForWhatAKeyFrameMadeUselessAndCallsItNotGivenUp) {
  NackTracker tracker = with_gap();
  tracker.on_packet(15, kStart, false);
  tracker.forget_before(13);
  EXPECT_THAT(numbers(tracker.take_requests(kStart + kFirstWait).asked), ElementsAre(14));
  tracker.forget_before(15);
  EXPECT_EQ(tracker.next_deadline(), std::nullopt);
  EXPECT_EQ(tracker.take_given_up(), 0u);
}

}  // namespace
}  // namespace sotto::transport
