#include "transport/ice/ice_candidate.hpp"

#include <gmock/gmock.h>

namespace sotto::transport {
namespace {

IceCandidate host(std::string_view address, uint16_t port = 5000) {
  return {.foundation = "1", .priority = 1, .address = *IpAddress::parse(address), .port = port};
}

TEST(ParseIceCandidate, ReadsWhatAnotherImplementationWrites) {
  const auto candidate = parse_ice_candidate(
      "a=candidate:842163049 1 udp 1677729535 203.0.113.7 46154 typ srflx raddr 192.0.2.5 rport 46154 generation 0 "
      "ufrag EEtu network-cost 50");
  ASSERT_TRUE(candidate);
  EXPECT_EQ(candidate->foundation, "842163049");
  EXPECT_EQ(candidate->priority, 1677729535u);
  EXPECT_EQ(candidate->address.text(), "203.0.113.7");
  EXPECT_EQ(candidate->port, 46154);
  EXPECT_EQ(candidate->type, IceCandidateType::kServerReflexive);
}

TEST(ParseIceCandidate, ReadsBackEveryLineThatItWrites) {
  for (const IceCandidateType type : {IceCandidateType::kHost, IceCandidateType::kServerReflexive,
                                      IceCandidateType::kPeerReflexive, IceCandidateType::kRelayed}) {
    for (const char* address : {"192.0.2.1", "2001:db8::1"}) {
      IceCandidate candidate = host(address);
      candidate.type = type;
      const auto read = parse_ice_candidate(candidate.line());
      ASSERT_TRUE(read) << candidate.line();
      EXPECT_EQ(read->type, type);
      EXPECT_EQ(read->address, candidate.address);
    }
  }
}

TEST(IceCandidateLine, NamesNoAddressBehindARelay) {
  IceCandidate candidate = host("203.0.113.9");
  candidate.type = IceCandidateType::kRelayed;
  EXPECT_EQ(candidate.line(), "candidate:1 1 UDP 1 203.0.113.9 5000 typ relay raddr 0.0.0.0 rport 0");
}

TEST(ParseIceCandidate, TakesNothingThatIsNotACandidate) {
  const std::string long_foundation(33, '7');
  const std::vector<std::string> lines{
      "",
      "candidate:",
      "candidate:1 1 UDP 1 192.0.2.1 5000",
      "candidate:1 1 UDP 1 192.0.2.1 5000 typ",
      "candidate:1 1 UDP 1 192.0.2.1 5000 typ friend",
      "candidate:1 1 UDP 1 192.0.2.1 5000 type host",
      "candidate:1 1 UDP 1 192.0.2.1 65536 typ host",
      "candidate:1 1 UDP 1 192.0.2.1 -1 typ host",
      "candidate:1 1 UDP 0 192.0.2.1 5000 typ host",
      "candidate:1 1 UDP 2147483648 192.0.2.1 5000 typ host",
      "candidate:1 1 UDP 1 example.org 5000 typ host",
      "candidate:1 1 UDP 1 4f2c1a5e-6b.local 5000 typ host",
      "candidate:1 1 UDP 1 fe80::1%eth0 5000 typ host",
      "candidate:1 1 UDP 1 192.0.2.1.5 5000 typ host",
      "candidate:1  1 UDP 1 192.0.2.1 5000 typ host",
      "candidate:\n 1 UDP 1 192.0.2.1 5000 typ host",
      "candidate:" + long_foundation + " 1 UDP 1 192.0.2.1 5000 typ host",
      "candidate:1 1 UDP 1 192.0.2.1 5000 typ host " + std::string(600, 'x'),
  };
  for (const std::string& line : lines) {
    const auto candidate = parse_ice_candidate(line);
    ASSERT_FALSE(candidate) << line;
    EXPECT_EQ(candidate.error().code, ErrorCode::kMalformed) << line;
  }
}

TEST(ParseIceCandidate, RefusesTcpAndOtherComponents) {
  for (const char* line :
       {"candidate:1 1 TCP 1 192.0.2.1 9 typ host tcptype active", "candidate:1 2 UDP 1 192.0.2.1 5000 typ host"}) {
    const auto candidate = parse_ice_candidate(line);
    ASSERT_FALSE(candidate) << line;
    EXPECT_EQ(candidate.error().code, ErrorCode::kRefused) << line;
  }
}

TEST(ValidateRemoteCandidate, TakesWhatMayBeAPeersAddress) {
  for (const char* address : {"192.0.2.1", "10.0.0.1", "192.168.1.7", "100.64.0.1", "2001:db8::1", "fd00::1"}) {
    EXPECT_TRUE(validate_remote_candidate(host(address), false)) << address;
  }
}

TEST(ValidateRemoteCandidate, RefusesWhatNoPeerHas) {
  for (const char* address :
       {"0.0.0.0", "0.1.2.3", "::", "127.0.0.1", "127.9.9.9", "::1", "224.0.0.1", "239.255.255.250", "ff02::1",
        "255.255.255.255", "169.254.1.1", "fe80::1", "febf::1", "::ffff:127.0.0.1", "::ffff:192.0.2.1"}) {
    EXPECT_FALSE(validate_remote_candidate(host(address), false)) << address;
  }
  EXPECT_FALSE(validate_remote_candidate(host("192.0.2.1", 0), false));
}

TEST(ValidateRemoteCandidate, TakesLoopbackOnlyWhereItIsAllowed) {
  EXPECT_TRUE(validate_remote_candidate(host("127.0.0.1"), true));
  EXPECT_TRUE(validate_remote_candidate(host("::1"), true));
  EXPECT_FALSE(validate_remote_candidate(host("::ffff:127.0.0.1"), true));
}

}  // namespace
}  // namespace sotto::transport
