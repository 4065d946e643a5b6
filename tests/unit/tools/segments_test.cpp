#include "tools/demo/segments.hpp"

#include <gtest/gtest.h>

#include "wire_bytes.hpp"

namespace sotto::tools {
namespace {

const std::set<StreamMark> kStreams{{11, 96}, {22, 96}, {11, std::nullopt}, {22, std::nullopt}};

std::vector<size_t> sizes_of(const std::vector<ByteView>& pieces) {
  std::vector<size_t> sizes;
  for (const ByteView piece : pieces) sizes.push_back(piece.size());
  return sizes;
}

TEST(Segments, LeavesASingleDatagramWhole) {
  for (const Bytes& datagram : {stun(), dtls(300), srtp(11, 5, 1180), srtcp(11, 80), random_bytes(900, 3)}) {
    EXPECT_EQ(split_segments(datagram, kStreams).size(), 1u);
  }
}

TEST(Segments, CutsWhatWasSentAtOnce) {
  const Bytes captured = joined({srtp(11, 5, 1100), srtp(11, 6, 1100), srtp(22, 9, 1100), srtp(11, 7, 300)});
  EXPECT_EQ(sizes_of(split_segments(captured, kStreams)), (std::vector<size_t>{1100, 1100, 1100, 300}));
}

TEST(Segments, CutsAReportFromTheSoundBeforeIt) {
  EXPECT_EQ(sizes_of(split_segments(joined({srtp(22, 5, 118), srtcp(22, 76)}), kStreams)),
            (std::vector<size_t>{118, 76}));
  EXPECT_EQ(sizes_of(split_segments(joined({srtp(22, 5, 118), stun()}), kStreams)), (std::vector<size_t>{118, 20}));
}

TEST(Segments, TakesTheIndexOfAReportForNoHead) {
  Bytes first = srtcp(22, 80);
  const Bytes index = {0x80, 0, 0, 0x87};
  std::copy(index.begin(), index.end(), first.end() - 4);
  EXPECT_EQ(sizes_of(split_segments(joined({first, srtcp(22, 36)}), kStreams)), (std::vector<size_t>{80, 36}));
}

TEST(Segments, DoesNotCutWhereAnUnknownStreamWouldBegin) {
  EXPECT_EQ(split_segments(joined({srtp(11, 5, 500), srtp(33, 6, 500)}), kStreams).size(), 1u);
}

TEST(Segments, KnowsTheStreamOfMediaOnly) {
  EXPECT_EQ(stream_of(srtp(11, 5, 100)), (StreamMark{11, 96}));
  EXPECT_EQ(stream_of(srtcp(22, 60)), (StreamMark{22, std::nullopt}));
  EXPECT_EQ(stream_of(stun()), std::nullopt);
  EXPECT_EQ(stream_of(dtls(20)), std::nullopt);
  EXPECT_EQ(stream_of({}), std::nullopt);
}

}  // namespace
}  // namespace sotto::tools
