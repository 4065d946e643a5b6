#include "tools/bench_audio/arrival_trace.hpp"

#include <gmock/gmock.h>

namespace sotto::tools {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

ArrivalTrace trace_of(const std::string& lines) {
  const auto trace = parse_arrival_trace("sequence,arrived_ms,bytes\n" + lines);
  EXPECT_TRUE(trace.ok()) << trace.error().message;
  return trace.ok() ? *trace : ArrivalTrace{};
}

std::string fault_of(const std::string& lines) {
  const auto trace = parse_arrival_trace("sequence,arrived_ms,bytes\n" + lines);
  if (trace.ok()) return "";
  EXPECT_EQ(trace.error().code, ErrorCode::kMalformed);
  return trace.error().message;
}

TEST(ArrivalTrace, TellsWhenEachPacketArrivedOrThatItWasLost) {
  const ArrivalTrace trace = trace_of("0,25.125,80\n1,lost,81\n2,65,82\n");
  EXPECT_EQ(trace.sent, 3);
  ASSERT_EQ(trace.packets.size(), 3u);
  EXPECT_EQ(trace.packets[0], (TracePacket{0, 25'125us, 80}));
  EXPECT_EQ(trace.packets[1], (TracePacket{1, std::nullopt, 81}));
  EXPECT_EQ(ArrivalTrace::transit(trace.packets[2]), 25ms);
}

TEST(ArrivalTrace, CountsSequenceNumbersFromTheFirst) {
  const ArrivalTrace trace = trace_of("4294967290,30,80\n4294967296,150,80");
  EXPECT_EQ(trace.sent, 7);
  EXPECT_EQ(trace.packets[1].number, 6);
}

TEST(ArrivalTrace, TakesPacketsThatOvertakeAndThatComeTwice) {
  const ArrivalTrace trace = trace_of("0,30,80\n2,66,80\n1,67,80\n1,68,80\n");
  EXPECT_EQ(trace.sent, 3);
  EXPECT_EQ(trace.packets.size(), 4u);
}

TEST(ArrivalTrace, PassesOverRemarksBlanksAndOtherLineEnds) {
  const auto trace =
      parse_arrival_trace("# a remark\r\n\r\n sequence,arrived_ms,bytes \r\n# another\r\n 0 , 25 , 80 \r\n");
  ASSERT_TRUE(trace.ok()) << trace.error().message;
  EXPECT_EQ(trace->packets.size(), 1u);
}

TEST(ArrivalTrace, SaysWhichLineIsWrong) {
  EXPECT_THAT(fault_of("0,25,80\n1,never,80\n"), StartsWith("line 3: arrived_ms"));
}

TEST(ArrivalTrace, RefusesWhatIsNoTrace) {
  EXPECT_THAT(fault_of(""), HasSubstr("no packet"));
  EXPECT_FALSE(parse_arrival_trace("").ok());
  EXPECT_THAT(parse_arrival_trace("0,25,80\n").error().message, HasSubstr("sequence,arrived_ms,bytes"));
  for (const char* const line : {"x,25,80", "-1,25,80", "0.5,25,80", "99999999999999999999,25,80", ",25,80"}) {
    EXPECT_THAT(fault_of(line), HasSubstr("sequence")) << line;
  }
  for (const char* const line : {"0,,80", "0,nan,80", "0,inf,80", "0,-1,80", "0,1e300,80", "0,25ms,80"}) {
    EXPECT_THAT(fault_of(line), HasSubstr("arrived_ms")) << line;
  }
  for (const char* const line : {"0,25", "0,25,", "0,25,-80", "0,25,65536", "0,25,80,1"}) {
    EXPECT_THAT(fault_of(line), HasSubstr("bytes")) << line;
  }
}

TEST(ArrivalTrace, RefusesImpossibleTimes) {
  EXPECT_THAT(fault_of("0,25,80\n5,99.9,80"), HasSubstr("before it is sent"));
  EXPECT_THAT(fault_of("0,60001,80"), HasSubstr("longer than a minute"));
  EXPECT_THAT(fault_of("7,25,80\n6,25,80"), HasSubstr("lowest sequence number"));
  EXPECT_THAT(fault_of("0,25,80\n30000,600025,80"), HasSubstr("ten minutes"));
}

TEST(ArrivalTrace, RefusesMoreLinesThanAnyTraceHas) {
  std::string lines;
  for (size_t i = 0; i <= ArrivalTrace::kMostLines; ++i) lines += "0,25,80\n";
  EXPECT_THAT(fault_of(lines), HasSubstr("too many"));
}

TEST(ArrivalTrace, ReadsWhatItHasWritten) {
  const ArrivalTrace trace = trace_of("0,25.125,80\n1,lost,81\n3,85.001,82\n");
  const auto again = parse_arrival_trace(arrival_trace_text(trace, "of a test"));
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(*again, trace);
}

TEST(ArrivalTrace, SaysWhichFileCannotBeRead) {
  const auto trace = read_arrival_trace("/there/is/none");
  ASSERT_FALSE(trace.ok());
  EXPECT_EQ(trace.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(trace.error().message, HasSubstr("/there/is/none"));
}

}  // namespace
}  // namespace sotto::tools
