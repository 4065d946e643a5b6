#include "tools/demo/wire_check.hpp"

#include <gtest/gtest.h>

#include "wire_bytes.hpp"

namespace sotto::tools {
namespace {

constexpr uint16_t kAlice = 40000;
constexpr uint16_t kBob = 50000;

WireReport judge(const PayloadBlocks& payload, const std::vector<Bytes>& frames) {
  WireCheck check({std::set<uint16_t>{kAlice}, std::set<uint16_t>{kBob}}, payload);
  for (const Bytes& frame : frames) check.learn(frame);
  for (const Bytes& frame : frames) check.judge(frame);
  return check.report();
}

TEST(PayloadBlocks, AreFoundAtAnyOffset) {
  const Bytes payload = random_bytes(160, 1);
  PayloadBlocks blocks;
  blocks.add(payload);
  EXPECT_EQ(blocks.size(), 10u);
  for (size_t offset = 0; offset < 40; ++offset) {
    Bytes wire = random_bytes(100, 2);
    std::copy_n(payload.begin() + 32, kPayloadBlock, wire.begin() + static_cast<std::ptrdiff_t>(offset));
    EXPECT_TRUE(blocks.found_in(wire)) << offset;
    wire[offset] ^= 1;
    EXPECT_FALSE(blocks.found_in(wire)) << offset;
  }
}

TEST(PayloadBlocks, AreFoundAmongManyOthers) {
  PayloadBlocks blocks;
  blocks.add(random_bytes(4'000'000, 1));
  EXPECT_EQ(blocks.size(), 250'000u);
  EXPECT_FALSE(blocks.found_in(random_bytes(1'000'000, 2)));
  EXPECT_TRUE(blocks.found_in(ByteView(random_bytes(4'000'000, 1)).subspan(3'999'968 - 7)));
}

TEST(PayloadBlocks, PassOverPadding) {
  PayloadBlocks blocks;
  blocks.add(Bytes(160, 0));
  blocks.add(Bytes(160, 0xff));
  EXPECT_EQ(blocks.size(), 0u);
  EXPECT_FALSE(blocks.found_in(Bytes(160, 0)));
}

TEST(PayloadBlocks, AreNotFoundInLessThanABlock) {
  PayloadBlocks blocks;
  blocks.add(random_bytes(16, 1));
  EXPECT_FALSE(blocks.found_in({}));
  EXPECT_FALSE(blocks.found_in(ByteView(random_bytes(16, 1)).first(15)));
}

TEST(WireCheck, CountsTheDatagramsOfACallByClass) {
  const WireReport report =
      judge(PayloadBlocks(),
            {ipv4_frame(kAlice, kBob, stun()), ipv4_frame(kBob, kAlice, stun()), ipv4_frame(kAlice, kBob, dtls(200)),
             ipv4_frame(kBob, kAlice, srtp(1, 1, 1000)), ipv4_frame(kAlice, kBob, srtcp(2, 60))});
  EXPECT_EQ(report.of(DatagramClass::kStun).datagrams, 2u);
  EXPECT_EQ(report.of(DatagramClass::kStun).bytes, 40u);
  EXPECT_EQ(report.of(DatagramClass::kDtls).datagrams, 1u);
  EXPECT_EQ(report.of(DatagramClass::kSrtp).datagrams, 1u);
  EXPECT_EQ(report.of(DatagramClass::kSrtcp).datagrams, 1u);
  EXPECT_EQ(report.of(DatagramClass::kOther).datagrams, 0u);
  EXPECT_EQ(report.datagrams(), 5u);
  EXPECT_EQ(report.sent_by[0], 3u);
  EXPECT_EQ(report.sent_by[1], 2u);
  EXPECT_EQ(report.largest, 1000u);
  EXPECT_EQ(report.outside, 0u);
  EXPECT_EQ(report.with_payload, 0u);
}

TEST(WireCheck, CountsDatagramsThatWereSentAtOnceOneByOne) {
  const WireReport report = judge(
      PayloadBlocks(), {ipv4_frame(kAlice, kBob, srtp(9, 1, 500)),
                        ipv4_frame(kAlice, kBob, joined({srtp(9, 2, 900), srtp(9, 3, 900), srtp(9, 4, 10 + 28)}))});
  EXPECT_EQ(report.of(DatagramClass::kSrtp).datagrams, 4u);
  EXPECT_EQ(report.largest, 900u);
}

TEST(WireCheck, FindsADatagramOfNoKnownClass) {
  const WireReport report = judge(PayloadBlocks(), {ipv4_frame(kAlice, kBob, as_bytes("GET / HTTP/1.1\r\n\r\n"))});
  EXPECT_EQ(report.of(DatagramClass::kOther).datagrams, 1u);
}

TEST(WireCheck, FindsPlantedPayload) {
  const Bytes payload = random_bytes(1000, 5);
  PayloadBlocks blocks;
  blocks.add(payload);
  Bytes leak = srtp(9, 1, 600);
  std::copy_n(payload.begin() + 480, 40, leak.begin() + 333);
  const WireReport report = judge(blocks, {ipv4_frame(kAlice, kBob, srtp(9, 0, 600)), ipv4_frame(kAlice, kBob, leak)});
  EXPECT_EQ(report.with_payload, 1u);
  EXPECT_EQ(report.payload_blocks, 62u);
}

TEST(WireCheck, FindsDatagramsToAThirdParty) {
  const WireReport report = judge(PayloadBlocks(), {ipv4_frame(kAlice, 53, stun()), ipv6_frame(9, kBob, stun()),
                                                    ipv4_frame(kAlice, kAlice, stun())});
  EXPECT_EQ(report.outside, 3u);
}

TEST(WireCheck, PassesOverWhatOthersSay) {
  const WireReport report = judge(PayloadBlocks(), {ipv4_frame(53, 53, as_bytes("not ours"))});
  EXPECT_EQ(report.datagrams(), 0u);
  EXPECT_EQ(report.outside, 0u);
}

}  // namespace
}  // namespace sotto::tools
