#include "signaling/handshake/blob_header.hpp"

#include <gtest/gtest.h>

#include "signaling/handshake/blob_layout.hpp"

namespace sotto::signaling {
namespace {

Bytes blob(BlobKind kind, size_t size) {
  Bytes bytes(size);
  ByteWriter writer(bytes);
  write_header(writer, {kind, Suite::kNoiseIk25519AesGcmSha256, {{9, 8, 7}}});
  return bytes;
}

TEST(BlobHeader, ReadsWhatItWrote) {
  const BlobHeader header = peek_header(blob(BlobKind::kResponse, 1092)).value();
  EXPECT_EQ(header.kind, BlobKind::kResponse);
  EXPECT_EQ(header.session_id, (SessionId{{9, 8, 7}}));
}

TEST(BlobHeader, EachKindHasItsSizes) {
  EXPECT_TRUE(peek_header(blob(BlobKind::kInit, 1148)).ok());
  EXPECT_TRUE(peek_header(blob(BlobKind::kData, 1068)).ok());
  EXPECT_TRUE(peek_header(blob(BlobKind::kData, 4140)).ok());
  EXPECT_FALSE(peek_header(blob(BlobKind::kInit, 1092)).ok());
  EXPECT_FALSE(peek_header(blob(BlobKind::kResponse, 1068)).ok());
  EXPECT_FALSE(peek_header(blob(BlobKind::kData, 1148)).ok());
}

TEST(BlobHeader, RefusesWhatItDoesNotKnow) {
  const Bytes known = blob(BlobKind::kInit, 1148);
  for (const size_t field : {0, 1, 2, 3}) {  // version, kind, both bytes of the suite
    for (int value = 0; value < 256; ++value) {
      Bytes other = known;
      other[field] = static_cast<uint8_t>(value);
      EXPECT_EQ(peek_header(other).ok(), other == known) << "byte " << field << " is " << value;
    }
  }
}

TEST(BlobHeader, RefusesWhatIsShorterThanAHeader) {
  const Bytes bytes = blob(BlobKind::kInit, 1148);
  for (size_t size = 0; size < 20; ++size) EXPECT_FALSE(peek_header(ByteView(bytes).first(size)).ok());
}

}  // namespace
}  // namespace sotto::signaling
