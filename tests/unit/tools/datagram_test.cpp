#include "tools/demo/datagram.hpp"

#include <gtest/gtest.h>

#include "wire_bytes.hpp"

namespace sotto::tools {
namespace {

TEST(CapturedDatagram, IsTakenOutOfIpv4AndIpv6) {
  const Bytes payload = random_bytes(100, 1);
  for (const Bytes& frame : {ipv4_frame(5000, 6000, payload), ipv6_frame(5000, 6000, payload)}) {
    const std::optional<Datagram> datagram = parse_datagram(frame);
    ASSERT_TRUE(datagram.has_value());
    EXPECT_EQ(datagram->source_port, 5000);
    EXPECT_EQ(datagram->destination_port, 6000);
    EXPECT_EQ(Bytes(datagram->payload.begin(), datagram->payload.end()), payload);
  }
}

TEST(CapturedDatagram, LeavesOutThePaddingOfTheFrame) {
  Bytes frame = ipv4_frame(5000, 6000, random_bytes(4, 1));
  frame.resize(60);
  ASSERT_TRUE(parse_datagram(frame).has_value());
  EXPECT_EQ(parse_datagram(frame)->payload.size(), 4u);
}

TEST(CapturedDatagram, IsRefusedWhenCutOffAnywhere) {
  for (const Bytes& frame : {ipv4_frame(1, 2, random_bytes(40, 1)), ipv6_frame(1, 2, random_bytes(40, 1))}) {
    for (size_t size = 0; size < frame.size(); ++size) {
      EXPECT_FALSE(parse_datagram(ByteView(frame).first(size)).has_value()) << size;
    }
  }
}

TEST(CapturedDatagram, IsNeitherTcpNorALaterFragmentNorArp) {
  Bytes tcp = ipv4_frame(1, 2, random_bytes(40, 1));
  tcp[14 + 9] = 6;
  EXPECT_FALSE(parse_datagram(tcp).has_value());
  Bytes fragment = ipv4_frame(1, 2, random_bytes(40, 1));
  fragment[14 + 7] = 1;
  EXPECT_FALSE(parse_datagram(fragment).has_value());
  Bytes arp = ipv4_frame(1, 2, random_bytes(40, 1));
  arp[13] = 6;
  EXPECT_FALSE(parse_datagram(arp).has_value());
}

TEST(DatagramClass, KnowsWhatACallMaySend) {
  EXPECT_EQ(classify(stun()), DatagramClass::kStun);
  EXPECT_EQ(classify(dtls(50)), DatagramClass::kDtls);
  EXPECT_EQ(classify(joined({dtls(50), dtls(20)})), DatagramClass::kDtls);
  EXPECT_EQ(classify(srtp(7, 1, 200)), DatagramClass::kSrtp);
  EXPECT_EQ(classify(srtcp(7, 60)), DatagramClass::kSrtcp);
}

TEST(DatagramClass, TakesNothingByItsFirstByteAlone) {
  EXPECT_EQ(classify({}), DatagramClass::kOther);
  EXPECT_EQ(classify(as_bytes("hello")), DatagramClass::kOther);
  for (size_t size = 1; size < stun().size(); ++size) {
    EXPECT_EQ(classify(ByteView(stun()).first(size)), DatagramClass::kOther) << size;
  }
  Bytes old_stun = stun();
  old_stun[4] = 0;  // RFC 3489 had no cookie
  EXPECT_EQ(classify(old_stun), DatagramClass::kOther);
  EXPECT_EQ(classify(ByteView(dtls(50)).first(40)), DatagramClass::kOther);
  Bytes tls = dtls(50);
  tls[1] = 0x03;
  EXPECT_EQ(classify(tls), DatagramClass::kOther);
  EXPECT_EQ(classify(srtp(7, 1, 27)), DatagramClass::kOther);
  Bytes plain_rtcp = srtcp(7, 60);
  plain_rtcp[56] &= 0x7f;
  EXPECT_EQ(classify(plain_rtcp), DatagramClass::kOther);
}

}  // namespace
}  // namespace sotto::tools
