#include "media/audio/packet_store.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace sotto::media {
namespace {

using Outcome = PacketStore::Outcome;

class PacketStoreTest : public testing::Test {
 protected:
  /// Packet `number` of a stream of 20 ms packets (CELT full band, RFC 6716 3.1) that begins just before both counters
  /// wrap.
  PacketStore::Insertion insert(int64_t number) { return insert(number, number); }
  PacketStore::Insertion insert(int64_t sequence, int64_t time) {
    return store_.insert(65'530 + sequence, static_cast<uint32_t>(0xFFFFF000 + time * 960), payload(sequence));
  }
  PacketStore::Insertion insert_copy(int64_t number) {
    return store_.insert_copy(static_cast<uint32_t>(0xFFFFF000 + number * 960), payload(number));
  }
  /// Where packet `number` is, if packet 0 was the first that came.
  static int64_t position(int64_t number) { return int64_t{0xFFFFF000} + number * 960; }
  static Bytes payload(int64_t number) { return {31 << 3, static_cast<uint8_t>(number), 0, 0}; }

  std::vector<int> take_all() {
    std::vector<int> numbers;
    for (auto front = store_.front(); front; front = store_.front()) {
      numbers.push_back(front->payload[1]);
      store_.pop_front();
    }
    return numbers;
  }

  PacketStore store_;
};

TEST_F(PacketStoreTest, GivesPacketsInTheOrderOfTheirTimeAcrossAWrap) {
  for (const int number : {2, 0, 5, 1, 4, 3, 9, 8, 7, 6}) insert(number);
  EXPECT_EQ(take_all(), (std::vector{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST_F(PacketStoreTest, TellsTheDurationAndTheEndOfAPacket) {
  insert(0);
  EXPECT_EQ(store_.front()->samples, 960);
  EXPECT_EQ(store_.front()->end() - store_.front()->position, 960);
}

TEST_F(PacketStoreTest, SaysWhichPacketsWereOvertaken) {
  EXPECT_FALSE(insert(0).reordered);
  EXPECT_FALSE(insert(2).reordered);
  EXPECT_TRUE(insert(1).reordered);
}

TEST_F(PacketStoreTest, KeepsEachPacketOnce) {
  insert(0);
  insert(1);
  EXPECT_EQ(insert(1).outcome, Outcome::kDuplicate);
  EXPECT_EQ(insert(0).outcome, Outcome::kDuplicate);
  EXPECT_EQ(take_all(), (std::vector{0, 1}));
  EXPECT_EQ(insert(1).outcome, Outcome::kDuplicate);
}

TEST_F(PacketStoreTest, RefusesWhatBeginsBeforeWhatWasPassed) {
  insert(0);
  insert(3);
  store_.pass(store_.front()->position + 2 * 960);
  EXPECT_EQ(insert(1).outcome, Outcome::kLate);
  EXPECT_EQ(insert(2).outcome, Outcome::kStored);
}

TEST_F(PacketStoreTest, RefusesMalformedAndOversizedPayloads) {
  EXPECT_EQ(store_.insert(1, 0, {}).outcome, Outcome::kDiscarded);
  EXPECT_EQ(store_.insert(2, 960, Bytes{0xff, 0}).outcome, Outcome::kDiscarded);
  EXPECT_EQ(store_.insert(3, 1920, Bytes(PacketStore::kMaxPayload + 1, uint8_t{0})).outcome, Outcome::kDiscarded);
  EXPECT_FALSE(store_.front());
}

TEST_F(PacketStoreTest, LetsTheOldestGoWhenItIsFull) {
  const int kMax = static_cast<int>(PacketStore::kMaxPackets);
  for (int number = 0; number < kMax; ++number) EXPECT_FALSE(insert(number).overflowed);
  EXPECT_TRUE(insert(kMax).overflowed);
  const std::vector<int> kept = take_all();
  EXPECT_EQ(kept.size(), PacketStore::kMaxPackets);
  EXPECT_EQ(kept.front(), 1);
  EXPECT_EQ(kept.back(), kMax);
}

TEST_F(PacketStoreTest, DiscardsASinglePacketOfAnImpossibleTime) {
  insert(0);
  EXPECT_EQ(insert(1, 100'000).outcome, Outcome::kDiscarded);
  EXPECT_EQ(insert(2).outcome, Outcome::kStored);
  EXPECT_EQ(insert(3, -100'000).outcome, Outcome::kDiscarded);
  EXPECT_EQ(insert(4).outcome, Outcome::kStored);
  EXPECT_EQ(take_all(), (std::vector{0, 2, 4}));
}

TEST_F(PacketStoreTest, BelievesThreePacketsInARowThatTheStreamBeganAnew) {
  for (int number = 0; number < 5; ++number) insert(number);
  EXPECT_EQ(insert(5, 1'000'000).outcome, Outcome::kDiscarded);
  EXPECT_EQ(insert(6, 1'000'001).outcome, Outcome::kDiscarded);
  EXPECT_EQ(insert(7, 1'000'002).outcome, Outcome::kRestarted);
  EXPECT_EQ(insert(8, 1'000'003).outcome, Outcome::kStored);
  EXPECT_EQ(take_all(), (std::vector{7, 8}));
}

TEST_F(PacketStoreTest, FollowsAStreamWhoseTimeGoesBackALittle) {
  for (int number = 0; number < 100; ++number) insert(number);
  insert(100, 50);
  insert(101, 51);
  EXPECT_EQ(insert(102, 52).outcome, Outcome::kRestarted);
}

TEST_F(PacketStoreTest, FollowsAStreamWhoseSequenceGoesFarBack) {
  for (int number = 1000; number < 1010; ++number) insert(number);
  insert(10, 900);
  insert(11, 901);
  EXPECT_EQ(insert(12, 902).outcome, Outcome::kRestarted);
}

TEST_F(PacketStoreTest, TakesACopyOfWhatIsMissing) {
  insert(0);
  insert(2);
  const PacketStore::Insertion copy = insert_copy(1);
  EXPECT_EQ(copy.outcome, Outcome::kStored);
  EXPECT_TRUE(copy.reordered);
  EXPECT_EQ(take_all(), (std::vector{0, 1, 2}));
}

TEST_F(PacketStoreTest, TakesNoCopyOfWhatCameByItselfEvenIfItWasPlayed) {
  insert(0);
  insert(1);
  take_all();
  store_.pass(position(2));
  insert(2);
  EXPECT_EQ(insert_copy(0).outcome, Outcome::kDuplicate);
  EXPECT_EQ(insert_copy(1).outcome, Outcome::kDuplicate);
}

TEST_F(PacketStoreTest, TakesNoPacketThatItHasACopyOf) {
  insert(0);
  insert(2);
  insert_copy(1);
  EXPECT_EQ(insert(1).outcome, Outcome::kDuplicate);
}

TEST_F(PacketStoreTest, TellsThatACopyIsLate) {
  insert(0);
  insert(2);
  store_.pass(position(2));
  EXPECT_EQ(insert_copy(1).outcome, Outcome::kLate);
  EXPECT_EQ(insert_copy(1).outcome, Outcome::kDuplicate) << "it was not late once more";
}

TEST_F(PacketStoreTest, DiscardsACopyOfTheNewestOfTheFutureOrOfLongAgo) {
  EXPECT_EQ(insert_copy(0).outcome, Outcome::kDiscarded) << "nothing has come";
  insert(0);
  EXPECT_EQ(insert_copy(0).outcome, Outcome::kDiscarded);
  EXPECT_EQ(insert_copy(1).outcome, Outcome::kDiscarded);
  EXPECT_EQ(insert_copy(-1000).outcome, Outcome::kDiscarded);
  EXPECT_EQ(take_all(), (std::vector{0}));
}

TEST_F(PacketStoreTest, HoldsTheMemoryThatItBeganWithUnderAFlood) {
  for (int number = 0; number < 100'000; ++number) {
    insert(number, number * 7 % 400);
    insert(-number, number);
  }
  EXPECT_LE(take_all().size(), PacketStore::kMaxPackets);
}

}  // namespace
}  // namespace sotto::media
