#include "transport/srtp/srtp_session.hpp"

#include <gmock/gmock.h>

#include <thread>

#include "base/random.hpp"

namespace sotto::transport {
namespace {

using ::testing::ElementsAreArray;

SrtpKeys same_keys() {
  Secret<88> material;
  SeededRandom(3).fill(material.mutable_view());
  return SrtpKeys(std::move(material));
}

Bytes rtp(uint16_t sequence, uint32_t ssrc = 0x1234, size_t payload_size = 100) {
  Bytes packet(12 + payload_size, 0x55);
  ByteWriter writer(packet);
  writer.u8(0x80);
  writer.u8(96);
  writer.u16(sequence);
  writer.u32(0);
  writer.u32(ssrc);
  return packet;
}

Bytes rtcp(uint32_t ssrc = 0x1234) {
  Bytes packet(28, 0x66);
  ByteWriter writer(packet);
  writer.u8(0x80);
  writer.u8(200);
  writer.u16(6);
  writer.u32(ssrc);
  return packet;
}

class SrtpSessionTest : public ::testing::Test {
 protected:
  void fill(ByteView bytes) {
    packet_.clear();
    packet_.append_bytes(bytes);
  }
  Bytes content() const { return {packet_.view().begin(), packet_.view().end()}; }

  Bytes protected_rtp(ByteView plain) {
    fill(plain);
    EXPECT_TRUE(sender_.protect_rtp(packet_));
    return content();
  }
  bool opens(ByteView bytes) {
    fill(bytes);
    return receiver_.unprotect_rtp(packet_).ok();
  }

  SrtpSession sender_ = SrtpSession::create(same_keys(), DtlsRole::kClient).value();
  SrtpSession receiver_ = SrtpSession::create(same_keys(), DtlsRole::kServer).value();
  PacketBuffer packet_;
};

TEST(SrtpSelfTest, PassesWithThisLibrary) { EXPECT_TRUE(srtp_self_test()); }

TEST_F(SrtpSessionTest, OpensWhatThePeerProtected) {
  fill(rtp(1));
  ASSERT_TRUE(sender_.protect_rtp(packet_));
  EXPECT_EQ(packet_.size(), rtp(1).size() + 16);
  ASSERT_TRUE(receiver_.unprotect_rtp(packet_));
  EXPECT_THAT(packet_.view(), ElementsAreArray(rtp(1)));

  fill(rtcp());
  ASSERT_TRUE(sender_.protect_rtcp(packet_));
  EXPECT_EQ(packet_.size(), rtcp().size() + 20);
  ASSERT_TRUE(receiver_.unprotect_rtcp(packet_));
  EXPECT_THAT(packet_.view(), ElementsAreArray(rtcp()));
}

TEST_F(SrtpSessionTest, DoesNotOpenWhatItProtectedItself) {
  fill(rtp(1));
  ASSERT_TRUE(sender_.protect_rtp(packet_));
  EXPECT_FALSE(sender_.unprotect_rtp(packet_));
}

TEST_F(SrtpSessionTest, TakesTheLargestPacketThatABufferHolds) {
  fill(rtp(1, 1, PacketBuffer::kCapacity - 12 - 16));
  ASSERT_TRUE(sender_.protect_rtp(packet_));
  EXPECT_TRUE(receiver_.unprotect_rtp(packet_));
}

TEST_F(SrtpSessionTest, RefusesEveryChangedBitAndThenTakesTheGoodPacket) {
  const Bytes good = protected_rtp(rtp(1, 0x1234, 20));
  for (size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes changed = good;
    changed[bit / 8] = static_cast<uint8_t>(changed[bit / 8] ^ (1u << bit % 8));
    ASSERT_FALSE(opens(changed)) << "bit " << bit;
    ASSERT_TRUE(packet_.empty()) << "bit " << bit;
  }
  EXPECT_TRUE(opens(good));
}

TEST_F(SrtpSessionTest, RefusesARepeatedPacket) {
  const Bytes packet = protected_rtp(rtp(1));
  EXPECT_TRUE(opens(packet));
  fill(packet);
  const auto again = receiver_.unprotect_rtp(packet_);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kRefused);

  fill(rtcp());
  ASSERT_TRUE(sender_.protect_rtcp(packet_));
  const Bytes report = content();
  EXPECT_TRUE(receiver_.unprotect_rtcp(packet_));
  fill(report);
  EXPECT_FALSE(receiver_.unprotect_rtcp(packet_));
}

TEST_F(SrtpSessionTest, TakesPacketsThatCome1000Late) {
  const Bytes late = protected_rtp(rtp(1));
  const Bytes too_late = protected_rtp(rtp(2));
  Bytes newest;
  for (uint16_t sequence = 3; sequence <= 1100; ++sequence) {
    newest = protected_rtp(rtp(sequence));
    if (sequence == 1001) {
      EXPECT_TRUE(opens(newest));
      EXPECT_TRUE(opens(late));
    }
  }
  EXPECT_TRUE(opens(newest));
  EXPECT_FALSE(opens(too_late));
}

TEST_F(SrtpSessionTest, NeverProtectsTheSameSequenceNumberTwice) {
  protected_rtp(rtp(7));
  fill(rtp(7));
  EXPECT_FALSE(sender_.protect_rtp(packet_));
  EXPECT_TRUE(packet_.empty());
}

TEST_F(SrtpSessionTest, FollowsTheRolloverThroughLossReorderingAndForgeries) {
  SeededRandom random(11);
  std::vector<std::pair<uint32_t, Bytes>> flying;
  uint32_t opened = 0;
  for (uint32_t index = 65000; index < 65000 + 3 * 65536; ++index) {
    const Bytes plain = rtp(static_cast<uint16_t>(index), 0x99, 8);
    flying.emplace_back(index, protected_rtp(plain));
    if (flying.size() < 30) continue;
    std::swap(flying[random.u32() % flying.size()], flying.back());
    const Bytes sealed = std::move(flying.back().second);
    const auto sequence = static_cast<uint16_t>(flying.back().first);
    flying.pop_back();
    if (random.u32() % 10 == 0) continue;  // lost
    if (random.u32() % 50 == 0) {
      Bytes forged = sealed;
      forged[2] = static_cast<uint8_t>(forged[2] ^ 0x80);  // half the circle away
      ASSERT_FALSE(opens(forged));
    }
    ASSERT_TRUE(opens(sealed)) << "sequence number " << sequence;
    ++opened;
  }
  EXPECT_GT(opened, 150'000u);
}

TEST_F(SrtpSessionTest, KeepsCountingPerSsrc) {
  const Bytes video = protected_rtp(rtp(65535, 1));
  const Bytes audio = protected_rtp(rtp(65535, 2));
  const Bytes video_next = protected_rtp(rtp(0, 1));
  const Bytes audio_next = protected_rtp(rtp(0, 2));
  for (const Bytes& packet : {video, audio, video_next, audio_next}) EXPECT_TRUE(opens(packet));
}

TEST_F(SrtpSessionTest, RefusesWhatCannotBeRtpBeforeLibsrtpSeesIt) {
  const std::vector<Bytes> malformed{
      {},
      {0x80},
      Bytes(11, 0x80),
      Bytes(27, 0x80),  // no room for the tag
      [] {
        Bytes b = rtp(1, 1, 16);
        b[0] = 0x40;
        return b;
      }(),  // version 1
      [] {
        Bytes b = rtp(1, 1, 40);
        b[0] = 0x8f;
        return b;
      }(),  // 15 CSRCs that are not there
      [] {
        Bytes b = rtp(1, 1, 16);
        b[0] = 0x90;
        return b;
      }(),  // an extension longer than the packet
      Bytes(PacketBuffer::kCapacity + 1, 0x80),
  };
  for (const Bytes& bytes : malformed) {
    fill(bytes);
    const auto result = receiver_.unprotect_rtp(packet_);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kMalformed);
    EXPECT_TRUE(packet_.empty());
  }
  for (const size_t size : {size_t{0}, size_t{7}, size_t{27}}) {
    fill(Bytes(size, 0x80));
    const auto result = receiver_.unprotect_rtcp(packet_);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kMalformed);
  }
}

TEST_F(SrtpSessionTest, RefusesToProtectWhatIsNotRtp) {
  fill(Bytes(5));
  EXPECT_FALSE(sender_.protect_rtp(packet_));
  fill(Bytes(5));
  EXPECT_FALSE(sender_.protect_rtcp(packet_));
}

TEST_F(SrtpSessionTest, KeepsStateFor64OfThePeersSsrcsAndNoMore) {
  for (uint32_t ssrc = 1; ssrc <= 64; ++ssrc) ASSERT_TRUE(opens(protected_rtp(rtp(1, ssrc)))) << ssrc;
  EXPECT_FALSE(opens(protected_rtp(rtp(1, 65))));
  EXPECT_TRUE(opens(protected_rtp(rtp(2, 64))));
}

TEST_F(SrtpSessionTest, OnlyCountsForgedPacketsHoweverMany) {
  const Bytes good = protected_rtp(rtp(1, 5));
  SeededRandom random(1);
  for (uint32_t i = 0; i < 100'000; ++i) {
    Bytes forged = rtp(static_cast<uint16_t>(random.u32()), random.u32(), 24);
    ASSERT_FALSE(opens(forged));
  }
  EXPECT_TRUE(opens(good));
}

TEST(SrtpLimits, EndMediaBeforeTheKeysAreUsedUp) {
  auto session = SrtpSession::create(same_keys(), DtlsRole::kClient, {.rtp_packets = 2, .rtcp_packets = 1});
  ASSERT_TRUE(session);
  PacketBuffer packet;
  const auto protect = [&](const Bytes& bytes, bool is_rtp) {
    packet.clear();
    packet.append_bytes(bytes);
    return is_rtp ? session->protect_rtp(packet) : session->protect_rtcp(packet);
  };
  EXPECT_TRUE(protect(rtp(1), true));
  EXPECT_TRUE(protect(rtp(2), true));
  const auto over = protect(rtp(3), true);
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().code, ErrorCode::kRefused);
  EXPECT_TRUE(protect(rtcp(), false));
  EXPECT_FALSE(protect(rtcp(), false));
}

TEST(SrtpLimits, StopSrtcpAtTwoToThe31) { EXPECT_EQ(SrtpLimits{}.rtcp_packets, uint64_t{1} << 31); }

using SrtpSessionDeathTest = SrtpSessionTest;

TEST_F(SrtpSessionDeathTest, BelongsToOneThread) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  protected_rtp(rtp(1));
  EXPECT_DEATH(std::thread([this] { (void)sender_.protect_rtp(packet_); }).join(), "owner");
}

static_assert(!std::is_copy_constructible_v<SrtpSession>);
static_assert(std::is_nothrow_move_constructible_v<SrtpSession>);

}  // namespace
}  // namespace sotto::transport
