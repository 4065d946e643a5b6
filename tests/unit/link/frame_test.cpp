#include "signaling/link/frame.hpp"

#include <gmock/gmock.h>

#include "signaling/protocol/server.pb.h"
#include "signaling/protocol/wire.hpp"

namespace sotto::signaling {
namespace {

using testing::ElementsAre;

wire::ToServer received(uint64_t id) {
  wire::ToServer message;
  message.mutable_received()->set_id(id);
  return message;
}

Bytes frame_of(uint64_t id) { return make_frame(received(id)).value(); }

std::vector<uint64_t> ids_in(FrameReader& reader) {
  std::vector<uint64_t> ids;
  while (const std::optional<ByteView> bytes = reader.next()) {
    wire::ToServer message;
    EXPECT_TRUE(parse_wire(*bytes, kMaxFrameSize, message));
    ids.push_back(message.received().id());
  }
  return ids;
}

TEST(Frame, IsFourBytesOfLengthAndTheMessage) {
  const Bytes frame = frame_of(5);

  EXPECT_THAT(frame, ElementsAre(0, 0, 0, 4, /*received*/ 0x32, 2, /*id*/ 0x08, 5));
}

TEST(Frame, RefusesAMessageThatIsTooLarge) {
  wire::ToServer message;
  message.mutable_send()->set_blob(std::string(kMaxFrameSize, 'x'));

  EXPECT_EQ(make_frame(message).error().code, ErrorCode::kInvalidArgument);
}

TEST(Frame, RefusesAMessageOfNothing) {
  EXPECT_EQ(make_frame(wire::ToServer()).error().code, ErrorCode::kInvalidArgument);
}

TEST(FrameReader, GivesWhatWasWrittenHoweverItIsCut) {
  Bytes stream;
  for (const uint64_t id : {1, 200, 30000}) append(stream, frame_of(id));

  for (size_t piece = 1; piece <= stream.size(); ++piece) {
    FrameReader reader;
    std::vector<uint64_t> ids;
    for (size_t begin = 0; begin < stream.size(); begin += piece) {
      ASSERT_TRUE(reader.feed(ByteView(stream).subspan(begin).first(std::min(piece, stream.size() - begin))).ok());
      for (const uint64_t id : ids_in(reader)) ids.push_back(id);
    }
    EXPECT_THAT(ids, ElementsAre(1, 200, 30000)) << "in pieces of " << piece;
  }
}

TEST(FrameReader, TakesTheLargestFrame) {
  Bytes frame(4 + kMaxFrameSize);
  ByteWriter(frame).u32(kMaxFrameSize);
  FrameReader reader;

  ASSERT_TRUE(reader.feed(frame).ok());

  EXPECT_EQ(reader.next()->size(), kMaxFrameSize);
  EXPECT_FALSE(reader.next());
}

TEST(FrameReader, RefusesALengthBeyondTheLimitBeforeItsBytesCome) {
  Bytes length(4);
  ByteWriter(length).u32(kMaxFrameSize + 1);
  FrameReader reader;

  EXPECT_EQ(reader.feed(length).error().code, ErrorCode::kMalformed);
}

TEST(FrameReader, RefusesAFrameOfNothing) {
  FrameReader reader;

  EXPECT_EQ(reader.feed(Bytes(4)).error().code, ErrorCode::kMalformed);
}

TEST(FrameReader, RefusesABadLengthBehindAGoodFrame) {
  Bytes stream = frame_of(1);
  append(stream, Bytes(4, 0xff));
  FrameReader reader;

  EXPECT_FALSE(reader.feed(stream).ok());
  EXPECT_FALSE(reader.next());
}

}  // namespace
}  // namespace sotto::signaling
