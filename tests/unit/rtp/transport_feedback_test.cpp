#include "transport/rtp/transport_feedback.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.hpp"

namespace sotto::transport {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using Arrival = TransportFeedback::Arrival;

Bytes written(const TransportFeedback& feedback) {
  Bytes buffer(65'536);
  ByteWriter out(buffer);
  write_transport_feedback(out, feedback);
  EXPECT_TRUE(out.ok());
  buffer.resize(out.size());
  return buffer;
}

/// The message with these 16-bit chunks and these deltas, its first packet being 5 and its reference time 2.
std::optional<std::vector<Arrival>> parsed(uint16_t status_count, const std::vector<uint16_t>& chunks,
                                           const Bytes& deltas) {
  Bytes control(8 + 2 * chunks.size());
  ByteWriter out(control);
  out.u16(5);
  out.u16(status_count);
  out.u24(2);
  out.u8(0);
  for (const uint16_t chunk : chunks) out.u16(chunk);
  append(control, deltas);
  TransportFeedback feedback;
  if (!parse_transport_feedback({.control = control}, feedback)) return std::nullopt;
  return feedback.arrivals;
}

constexpr int64_t kReference = 2 * 256;

TEST(TransportFeedback, ReadsRunsOfEachStatus) {
  EXPECT_THAT(*parsed(4, {0x0004}, {}), IsEmpty());
  EXPECT_THAT(*parsed(2, {0x2002}, {1, 255}), ElementsAre(Arrival{0, kReference + 1}, Arrival{1, kReference + 256}));
  EXPECT_THAT(*parsed(2, {0x4002}, {0x01, 0x00, 0xff, 0xff}),
              ElementsAre(Arrival{0, kReference + 256}, Arrival{1, kReference + 255}));
}

TEST(TransportFeedback, ReadsVectorsOfOneBit) {
  // The draft's first example of a status vector: 0 1111 1 000 111 00.
  EXPECT_THAT(*parsed(14, {0b10'01111100011100}, {1, 1, 1, 1, 1, 1, 1, 1}),
              ElementsAre(Arrival{1, kReference + 1}, Arrival{2, kReference + 2}, Arrival{3, kReference + 3},
                          Arrival{4, kReference + 4}, Arrival{5, kReference + 5}, Arrival{9, kReference + 6},
                          Arrival{10, kReference + 7}, Arrival{11, kReference + 8}));
}

TEST(TransportFeedback, ReadsVectorsOfTwoBits) {
  // The second: missing, large delta, three small ones, two missing.
  EXPECT_THAT(*parsed(7, {0b11'00'10'01'01'01'00'00}, {0xff, 0xfe, 1, 2, 3}),
              ElementsAre(Arrival{1, kReference - 2}, Arrival{2, kReference - 1}, Arrival{3, kReference + 1},
                          Arrival{4, kReference + 4}));
}

TEST(TransportFeedback, IgnoresStatusesBeyondTheCount) {
  EXPECT_THAT(*parsed(1, {0b11'01'01'01'01'01'01'01}, {9, 9}), ElementsAre(Arrival{0, kReference + 9}));
  EXPECT_THAT(*parsed(1, {0x3fff}, {9}), ElementsAre(Arrival{0, kReference + 9}));
}

TEST(TransportFeedback, RefusesWhatContradictsItself) {
  EXPECT_FALSE(parsed(0, {}, {}));                               // about nothing
  EXPECT_FALSE(parsed(15, {0b10'11111111111111}, {}));           // a chunk is missing
  EXPECT_FALSE(parsed(3, {0x2003}, {1, 2}));                     // a delta is missing
  EXPECT_FALSE(parsed(1, {0x4001}, {1}));                        // half a delta
  EXPECT_FALSE(parsed(1, {0x6001}, {1, 1}));                     // the reserved status in a run
  EXPECT_FALSE(parsed(1, {0b11'11'00'00'00'00'00'00}, {1, 1}));  // and in a vector
  EXPECT_FALSE(parsed(5, {0x0000, 0x0005}, {}));                 // a run of nothing
}

TEST(TransportFeedback, WritesEachShapeInItsSmallestForm) {
  const auto chunks_of = [](const TransportFeedback& feedback) {
    const Bytes bytes = written(feedback);
    ByteReader reader(ByteView(bytes).subspan(20));
    std::vector<int> chunks;
    int covered = 0;
    while (covered < feedback.status_count) {
      const uint16_t chunk = reader.u16();
      chunks.push_back(chunk);
      covered += (chunk & 0x8000) == 0 ? chunk & 0x1fff : (chunk & 0x4000) == 0 ? 14 : 7;
    }
    return chunks;
  };
  TransportFeedback run;
  run.status_count = 20;
  for (uint16_t offset = 0; offset < 20; ++offset) run.arrivals.push_back({offset, 0});
  EXPECT_THAT(chunks_of(run), ElementsAre(0x2014));

  TransportFeedback with_gap = run;
  with_gap.arrivals.erase(with_gap.arrivals.begin() + 1);
  EXPECT_THAT(chunks_of(with_gap), ElementsAre(0b10'10111111111111, 0x2006));

  TransportFeedback with_late = with_gap;
  with_late.arrivals[0].ticks = -1;  // and so the next is 1 after it
  EXPECT_THAT(chunks_of(with_late), ElementsAre(0b11'10'00'01'01'01'01'01, 0x200d));
}

TEST(TransportFeedback, HeaderIsAsInTheDraft) {
  TransportFeedback feedback;
  feedback.sender = Ssrc(0x01020304);
  feedback.media = Ssrc(0x05060708);
  feedback.base = SequenceNumber(0x1112);
  feedback.status_count = 1;
  feedback.reference = 0x1000002;  // 25 bits, of which 24 are written
  feedback.feedback_count = 9;
  feedback.arrivals = {{0, int64_t{0x1000002} * 256 + 7}};
  EXPECT_THAT(written(feedback), ElementsAre(0x8f, 205, 0, 5, 1, 2, 3, 4, 5, 6, 7, 8, 0x11, 0x12, 0, 1, 0, 0, 2, 9,  //
                                             0x20, 0x01, 7, 0));
}

TEST(TransportFeedback, ReadsWhatItWritesWhateverArrived) {
  SeededRandom random(3);
  for (int round = 0; round < 2000; ++round) {
    TransportFeedback feedback;
    feedback.base = SequenceNumber(static_cast<uint16_t>(random.u32()));
    feedback.reference = random.u32() & 0xffffff;
    int64_t ticks = feedback.reference * 256;
    const uint32_t density = random.u32() % 100 + 1;
    const uint32_t wildness = random.u32() % 4;
    uint16_t offset = 0;
    while (feedback.arrivals.size() < 190 && offset < 60'000) {
      if (random.u32() % 100 < density) {
        const auto wild_delta = static_cast<int16_t>(random.u32() >> (random.u32() % 16));
        ticks += wildness == 0 ? int64_t{random.u32() % 8} : wild_delta;
        feedback.arrivals.push_back({offset, ticks});
      } else if (random.u32() % 50 == 0) {
        offset = static_cast<uint16_t>(offset + random.u32() % 3000);
      }
      ++offset;
    }
    if (feedback.arrivals.empty()) continue;
    feedback.status_count = static_cast<uint16_t>(feedback.arrivals.back().offset + 1);
    // Deltas beyond 16 bits do not occur: each was made of at most 16.
    const Bytes bytes = written(feedback);
    EXPECT_LE(bytes.size(), kTransportFeedbackFixedSize + feedback.arrivals.size() * kTransportFeedbackArrivalSize);
    const auto packet = RtcpReader(bytes).next();
    ASSERT_TRUE(packet);
    TransportFeedback read;
    ASSERT_TRUE(parse_transport_feedback(*parse_feedback(*packet), read));
    EXPECT_EQ(read.base, feedback.base);
    EXPECT_EQ(read.status_count, feedback.status_count);
    EXPECT_EQ(read.reference, feedback.reference);
    ASSERT_EQ(read.arrivals, feedback.arrivals);
  }
}

}  // namespace
}  // namespace sotto::transport
