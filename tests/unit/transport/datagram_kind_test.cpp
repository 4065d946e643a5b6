#include "transport/datagram_kind.hpp"

#include <gmock/gmock.h>

namespace sotto::transport {
namespace {

DatagramKind kind(uint8_t first, uint8_t second = 0) {
  const Bytes datagram{first, second, 0, 0};
  return datagram_kind(datagram);
}

TEST(DatagramKind, FollowsTheRangesOfRfc7983) {
  for (int first = 0; first < 256; ++first) {
    DatagramKind expected = DatagramKind::kUnknown;
    if (first <= 3) expected = DatagramKind::kStun;
    if (first >= 20 && first <= 63) expected = DatagramKind::kDtls;
    if (first >= 128 && first <= 191) expected = DatagramKind::kSrtp;
    EXPECT_EQ(kind(static_cast<uint8_t>(first)), expected) << first;
  }
}

TEST(DatagramKind, TellsSrtcpByItsPacketType) {
  for (int second = 0; second < 256; ++second) {
    const auto expected = second >= 192 && second <= 223 ? DatagramKind::kSrtcp : DatagramKind::kSrtp;
    EXPECT_EQ(kind(0x80, static_cast<uint8_t>(second)), expected) << second;
  }
}

TEST(DatagramKind, OfTooLittleIsUnknown) {
  EXPECT_EQ(datagram_kind({}), DatagramKind::kUnknown);
  EXPECT_EQ(datagram_kind(Bytes{0x80}), DatagramKind::kUnknown);
}

}  // namespace
}  // namespace sotto::transport
