#include "tools/bench_audio/trace_maker.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>

namespace sotto::tools {
namespace {

using testing::DoubleNear;

ArrivalTrace make(std::string_view name, uint64_t seed = 1, Duration length = 600s) {
  return *make_arrival_trace(name, seed, length);
}

double share_lost(const ArrivalTrace& trace) {
  const auto lost = std::count_if(trace.packets.begin(), trace.packets.end(),
                                  [](const TracePacket& packet) { return !packet.arrival; });
  return static_cast<double>(lost) / static_cast<double>(trace.sent);
}

/// How many packets come before one that was sent earlier.
int64_t overtaking(const ArrivalTrace& trace) {
  int64_t count = 0;
  Duration last{};
  for (const TracePacket& packet : trace.packets) {
    if (!packet.arrival) continue;
    count += *packet.arrival < last ? 1 : 0;
    last = std::max(last, *packet.arrival);
  }
  return count;
}

Duration longest_transit(const ArrivalTrace& trace) {
  Duration longest{};
  for (const TracePacket& packet : trace.packets) {
    if (packet.arrival) longest = std::max(longest, ArrivalTrace::transit(packet));
  }
  return longest;
}

TEST(TraceMaker, KnowsEachPathThatItLists) {
  for (const MadePath& path : made_paths()) {
    const auto trace = make_arrival_trace(path.name, 1, 20s);
    ASSERT_TRUE(trace) << path.name;
    EXPECT_EQ(trace->sent, 1000) << path.name;
  }
  EXPECT_FALSE(make_arrival_trace("no-such-path", 1));
}

TEST(TraceMaker, MakesTheSameForTheSameSeedAlone) {
  for (const MadePath& path : made_paths()) {
    EXPECT_EQ(make(path.name, 7, 60s), make(path.name, 7, 60s)) << path.name;
    EXPECT_NE(make(path.name, 7, 60s), make(path.name, 8, 60s)) << path.name;
  }
}

TEST(TraceMaker, MakesTracesThatCanBeReadAgain) {
  for (const MadePath& path : made_paths()) {
    const ArrivalTrace trace = make(path.name, 3, 60s);
    const auto again = parse_arrival_trace(arrival_trace_text(trace, "of a test"));
    ASSERT_TRUE(again.ok()) << path.name << ": " << again.error().message;
    EXPECT_EQ(*again, trace) << path.name;
  }
}

TEST(TraceMaker, LosesAsMuchAsItSays) {
  EXPECT_EQ(share_lost(make("clean")), 0);
  EXPECT_THAT(share_lost(make("loss10")), DoubleNear(0.1, 0.01));
  EXPECT_THAT(share_lost(make("loss30")), DoubleNear(0.3, 0.01));
  EXPECT_THAT(share_lost(make("burst-loss")), DoubleNear(0.05, 0.01));
}

TEST(TraceMaker, LosesFourInARowInBursts) {
  const ArrivalTrace trace = make("burst-loss");
  int64_t runs = 0;
  bool lost_before = false;
  for (const TracePacket& packet : trace.packets) {
    runs += !packet.arrival && !lost_before ? 1 : 0;
    lost_before = !packet.arrival;
  }
  EXPECT_THAT(share_lost(trace) * static_cast<double>(trace.sent) / static_cast<double>(runs), DoubleNear(4, 0.6));
}

TEST(TraceMaker, LetsNoPacketOvertakeWhereOneWaitsForTheOther) {
  for (const char* const name : {"clean", "wifi-bursts", "delay-spikes", "bloat", "handover"}) {
    EXPECT_EQ(overtaking(make(name)), 0) << name;
  }
  EXPECT_GT(overtaking(make("reordering")), 1000);
}

TEST(TraceMaker, DelaysAsLongAsItSays) {
  EXPECT_LE(longest_transit(make("clean")), 28ms);
  EXPECT_LE(longest_transit(make("wifi-bursts")), 98ms);
  EXPECT_GE(longest_transit(make("delay-spikes")), 350ms);
  EXPECT_LE(longest_transit(make("delay-spikes")), 428ms);
  EXPECT_LE(longest_transit(make("bloat")), 278ms);
  EXPECT_LE(longest_transit(make("reordering")), 88ms);
}

}  // namespace
}  // namespace sotto::tools
