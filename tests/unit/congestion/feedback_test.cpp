#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/random.hpp"
#include "transport/congestion/arrival_recorder.hpp"
#include "transport/congestion/sent_packet_recorder.hpp"

namespace sotto::transport {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Timestamp kStart{1000s};
constexpr size_t kRoom = 1180;
constexpr DataSize kSize = DataSize::bytes(1200);

/// What an estimator gets to know, over the wire and back.
TransportFeedback over_the_wire(const TransportFeedback& feedback) {
  Bytes buffer(kRoom);
  ByteWriter out(buffer);
  write_transport_feedback(out, feedback);
  EXPECT_TRUE(out.ok());
  const auto packet = RtcpReader(out.written()).next();
  TransportFeedback parsed;
  EXPECT_TRUE(packet && parse_transport_feedback(*parse_feedback(*packet), parsed));
  return parsed;
}

struct Fate {
  int64_t sequence;
  std::optional<Duration> arrival;
  bool was_missing = false;
  bool operator==(const Fate&) const = default;
};

std::vector<Fate> fates(std::span<const PacketResult> results) {
  std::vector<Fate> list;
  for (const PacketResult& result : results)
    list.push_back({result.packet.sequence, result.arrival, result.was_missing});
  return list;
}

class Feedback : public ::testing::Test {
 protected:
  void send(int packets) {
    for (int i = 0; i < packets; ++i) sent_.on_sent(kSize, 0, kStart);
  }
  void arrive(uint16_t sequence, Duration after) { arrivals_.on_packet(SequenceNumber(sequence), kStart + after); }
  std::vector<Fate> report() {
    TransportFeedback feedback;
    std::vector<Fate> all;
    while (arrivals_.next_feedback(feedback, kRoom)) {
      for (const Fate& fate : fates(sent_.on_feedback(over_the_wire(feedback)))) all.push_back(fate);
    }
    return all;
  }

  SentPacketRecorder sent_;
  ArrivalRecorder arrivals_{kStart};
};

TEST_F(Feedback, TellsWhatArrivedAndWhatDidNot) {
  send(4);
  arrive(1, 10ms);
  arrive(2, 11ms);
  arrive(4, 12ms);
  EXPECT_THAT(report(), ElementsAre(Fate{1, 10ms}, Fate{2, 11ms}, Fate{3, std::nullopt}, Fate{4, 12ms}));
  EXPECT_FALSE(arrivals_.has_news());
}

TEST_F(Feedback, TellsNothingTwice) {
  send(2);
  arrive(1, 10ms);
  arrive(2, 10ms);
  report();
  arrive(1, 20ms);
  EXPECT_THAT(report(), IsEmpty());
}

TEST_F(Feedback, CorrectsItselfWhenAPacketWasOnlyLate) {
  send(3);
  arrive(1, 10ms);
  arrive(3, 12ms);
  report();
  arrive(2, 20ms);
  EXPECT_THAT(report(), ElementsAre(Fate{2, 20ms, true}));
}

TEST_F(Feedback, RememberedSendTimesComeBack) {
  sent_.on_sent(DataSize::bytes(77), 3, kStart + 5ms);
  arrive(1, 10ms);
  TransportFeedback feedback;
  arrivals_.next_feedback(feedback, kRoom);
  const auto results = sent_.on_feedback(feedback);
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].packet.sent, kStart + 5ms);
  EXPECT_EQ(results[0].packet.size, DataSize::bytes(77));
  EXPECT_EQ(results[0].packet.probe, 3);
}

TEST_F(Feedback, SurvivesTheLossOfFeedback) {
  send(4);
  arrive(1, 10ms);
  arrive(2, 10ms);
  TransportFeedback lost;
  arrivals_.next_feedback(lost, kRoom);
  arrive(4, 12ms);
  EXPECT_THAT(report(), ElementsAre(Fate{3, std::nullopt}, Fate{4, 12ms}));
}

TEST_F(Feedback, IgnoresFeedbackThatIsRepeatedOrOutOfOrder) {
  send(4);
  arrive(1, 10ms);
  TransportFeedback first;
  arrivals_.next_feedback(first, kRoom);
  arrive(2, 11ms);
  TransportFeedback second;
  arrivals_.next_feedback(second, kRoom);
  EXPECT_THAT(fates(sent_.on_feedback(over_the_wire(second))), ElementsAre(Fate{2, 11ms}));
  EXPECT_THAT(fates(sent_.on_feedback(over_the_wire(first))), ElementsAre(Fate{1, 10ms}));
  EXPECT_THAT(sent_.on_feedback(over_the_wire(first)), IsEmpty());
}

TEST_F(Feedback, SplitsWhatIsTooMuchForOneMessage) {
  send(1000);
  for (uint16_t sequence = 1; sequence <= 1000; sequence += 2) arrive(sequence, Duration(sequence * 70'000));
  const auto all = report();
  EXPECT_EQ(all.size(), 999u);
  EXPECT_EQ(all.back(), (Fate{999, Duration(999 * 70'000)}));
}

TEST_F(Feedback, SplitsWhereTimesAreTooFarApart) {
  send(2);
  arrive(1, 0s);
  arrive(2, 20s);
  EXPECT_THAT(report(), ElementsAre(Fate{1, 0s}, Fate{2, 20s}));
}

TEST_F(Feedback, WaitsForMoreRoom) {
  send(1);
  arrive(1, 10ms);
  TransportFeedback feedback;
  EXPECT_FALSE(arrivals_.next_feedback(feedback, 40));
  EXPECT_TRUE(arrivals_.has_news());
  EXPECT_TRUE(arrivals_.next_feedback(feedback, 46));
}

TEST_F(Feedback, TimesGoOnWhenTheReferenceTimeWraps) {
  // 24 bits of 64 ms are 12 days, 10 hours.
  const Duration wrap = Duration(64ms) * (1 << 24);
  send(3);
  arrive(1, wrap - 100ms);
  const auto before = report();
  arrive(2, wrap + 100ms);
  const auto after = report();
  ASSERT_EQ(before.size(), 1u);
  ASSERT_EQ(after.size(), 1u);
  EXPECT_EQ(*after[0].arrival - *before[0].arrival, Duration(200ms));
}

TEST_F(Feedback, KeepsUpWithTheWrapOfSequenceNumbersUnderLossReorderingAndDuplication) {
  SeededRandom random(9);
  std::map<int64_t, int> told_arrived;
  int64_t told_missing = 0;
  int64_t lost = 0;
  std::vector<std::pair<int, uint16_t>> late;
  constexpr int kPackets = 140'000;
  for (int i = 1; i <= kPackets; ++i) {
    const Duration now = Duration(i * 500);
    sent_.on_sent(kSize, 0, kStart + now);
    const uint32_t dice = random.u32() % 100;
    const auto sequence = static_cast<uint16_t>(i);
    if (dice < 2) {
      ++lost;
    } else if (dice < 5) {
      late.emplace_back(i + static_cast<int>(random.u32() % 100), sequence);
    } else {
      arrive(sequence, now + 20ms);
      if (dice < 8) arrive(sequence, now + 21ms);
    }
    for (auto packet = late.begin(); packet != late.end();) {
      if (packet->first > i) {
        ++packet;
        continue;
      }
      arrive(packet->second, now + 20ms);
      packet = late.erase(packet);
    }
    if (i % 200 != 0) continue;
    for (const Fate& fate : report()) {
      if (fate.arrival) ++told_arrived[fate.sequence];
      told_missing += fate.arrival ? 0 : 1;
      told_missing -= fate.was_missing ? 1 : 0;
    }
  }
  for (const auto& [sequence, times] : told_arrived) ASSERT_EQ(times, 1) << sequence;
  EXPECT_NEAR(static_cast<double>(told_missing), static_cast<double>(lost), 3);
  EXPECT_NEAR(static_cast<double>(told_arrived.size()), static_cast<double>(kPackets - lost), 100);
}

TEST_F(Feedback, AnEmptyRecorderHasNothingToTell) {
  TransportFeedback feedback;
  EXPECT_FALSE(arrivals_.has_news());
  EXPECT_FALSE(arrivals_.next_feedback(feedback, kRoom));
}

TEST_F(Feedback, ALeapOfThirtyThousandIsReportedInBoundedTimeAndSpace) {
  send(5);
  arrive(1, 10ms);
  report();
  arrive(30'001, 11ms);
  TransportFeedback feedback;
  ASSERT_TRUE(arrivals_.next_feedback(feedback, kRoom));
  EXPECT_LE(feedback.status_count, 4096);
  EXPECT_THAT(sent_.on_feedback(over_the_wire(feedback)), IsEmpty());
}

}  // namespace
}  // namespace sotto::transport
