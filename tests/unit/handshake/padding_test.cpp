#include "signaling/handshake/padding.hpp"

#include <gtest/gtest.h>

namespace sotto::signaling {
namespace {

TEST(Padding, MakesTheSizeAskedForAndGivesTheMessageBack) {
  for (const size_t size : {0, 1, 500, 1022}) {
    const Bytes message(size, 0x5a);
    const Bytes padded = pad(message, kSmallPlaintext).value();
    EXPECT_EQ(padded.size(), kSmallPlaintext);
    const ByteView unpadded = unpad(padded).value();
    EXPECT_EQ(Bytes(unpadded.begin(), unpadded.end()), message);
  }
}

TEST(Padding, RefusesAMessageThatDoesNotFit) {
  EXPECT_EQ(pad(Bytes(1023), kSmallPlaintext).error().code, ErrorCode::kInvalidArgument);
}

TEST(Padding, RefusesAnythingButZerosBehindTheMessage) {
  const Bytes padded = pad(Bytes(10, 1), kSmallPlaintext).value();
  for (size_t i = 12; i < padded.size(); ++i) {
    Bytes dirty = padded;
    dirty[i] = 1;
    EXPECT_EQ(unpad(dirty).error().code, ErrorCode::kMalformed) << i;
  }
}

TEST(Padding, RefusesALengthBeyondTheEnd) {
  Bytes padded(kSmallPlaintext);
  padded[0] = 0x03;
  padded[1] = 0xff;  // 1023
  EXPECT_EQ(unpad(padded).error().code, ErrorCode::kMalformed);
  EXPECT_EQ(unpad({}).error().code, ErrorCode::kMalformed);
  EXPECT_EQ(unpad(Bytes(1)).error().code, ErrorCode::kMalformed);
}

}  // namespace
}  // namespace sotto::signaling
