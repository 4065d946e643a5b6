#include "engine/simulation/wire_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace sotto::simulation {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using transport::MediaKind;

constexpr uint8_t kSound = 111;
constexpr uint8_t kPicture = 96;

class WireWatchTest : public testing::Test {
 protected:
  static Bytes rtp(uint8_t payload_type, uint16_t sequence, uint32_t ssrc = 1, size_t size = 100) {
    Bytes datagram(size);
    ByteWriter writer(datagram);
    writer.u8(0x80);
    writer.u8(payload_type);
    writer.u16(sequence);
    writer.u32(0);
    writer.u32(ssrc);
    return datagram;
  }
  static Bytes rtcp(uint32_t index) {
    Bytes datagram(60);
    ByteWriter writer(datagram);
    writer.u16(0x80c8);
    writer.zeros(54);
    writer.u32(0x80000000 | index);
    return datagram;
  }

  VirtualMachine machine_;
  bool agreed_ = true;
  WireWatch watch_{machine_, [this] { return agreed_; }, nullptr};
};

TEST_F(WireWatchTest, NoticesMediaBeforeBothHaveAgreed) {
  agreed_ = false;
  watch_.on_sent(0, rtp(kPicture, 1));
  EXPECT_THAT(watch_.faults(), ElementsAre(HasSubstr("before both have agreed")));
}

TEST_F(WireWatchTest, NoticesSoundThatIsEncodedBeforeBothHaveAgreed) {
  agreed_ = false;
  watch_.on_payload(1, MediaKind::kAudio, Bytes(80));
  EXPECT_THAT(watch_.faults(), ElementsAre(HasSubstr("device 1 before both have agreed")));
}

TEST_F(WireWatchTest, NoticesADatagramThatIsTooLong) {
  watch_.on_sent(0, rtp(kPicture, 1, 1, 1200));
  EXPECT_THAT(watch_.faults(), IsEmpty());
  watch_.on_sent(0, rtp(kPicture, 2, 1, 1201));
  EXPECT_THAT(watch_.faults(), ElementsAre(HasSubstr("1201 bytes")));
}

TEST_F(WireWatchTest, NoticesAnIndexThatIsUsedTwice) {
  watch_.on_sent(0, rtp(kPicture, 7));
  watch_.on_sent(0, rtp(kPicture, 9));
  watch_.on_sent(0, rtp(kPicture, 8));
  watch_.on_sent(0, rtp(kPicture, 9, 2));  // another source
  watch_.on_sent(1, rtp(kPicture, 9));     // another key
  EXPECT_THAT(watch_.faults(), IsEmpty());
  watch_.on_sent(0, rtp(kPicture, 8));
  EXPECT_THAT(watch_.faults(), ElementsAre(HasSubstr("SRTP index 8 twice")));
}

TEST_F(WireWatchTest, TellsARolloverFromAnIndexThatIsUsedTwice) {
  for (uint32_t i = 0; i < 200'000; ++i) watch_.on_sent(0, rtp(kPicture, static_cast<uint16_t>(i)));
  EXPECT_THAT(watch_.faults(), IsEmpty());
}

TEST_F(WireWatchTest, NoticesAnSrtcpIndexThatIsUsedTwice) {
  watch_.on_sent(0, rtcp(1));
  watch_.on_sent(0, rtcp(2));
  EXPECT_THAT(watch_.faults(), IsEmpty());
  watch_.on_sent(0, rtcp(2));
  EXPECT_THAT(watch_.faults(), ElementsAre(HasSubstr("SRTCP index 2 twice")));
}

TEST_F(WireWatchTest, NoticesSoundThatWaitsBehindPictures) {
  watch_.on_payload(0, MediaKind::kAudio, Bytes(80));
  watch_.on_sent(0, rtp(kPicture, 1));  // in the same moment: nobody has waited
  watch_.on_sent(0, rtp(kSound, 1, 2));
  watch_.on_payload(0, MediaKind::kAudio, Bytes(80));
  machine_.run_until(machine_.now() + 5ms);
  EXPECT_THAT(watch_.faults(), IsEmpty());
  watch_.on_sent(0, rtp(kPicture, 2));
  EXPECT_THAT(watch_.faults(), ElementsAre(HasSubstr("sound waits behind pictures")));
}

TEST_F(WireWatchTest, SumsUpTimesSizesAndWhatIsEncrypted) {
  const auto hash = [](Duration time, size_t size, uint8_t first) {
    VirtualMachine machine;
    WireWatch watch(
        machine, [] { return true; }, nullptr);
    machine.run_until(machine.now() + time);
    watch.on_payload(0, MediaKind::kVideo, Bytes(size, first));
    watch.on_sent(0, rtp(kPicture, 1, 1, size));
    return watch.hash();
  };
  EXPECT_EQ(hash(1ms, 100, 7), hash(1ms, 100, 7));
  EXPECT_NE(hash(1ms, 100, 7), hash(2ms, 100, 7));
  EXPECT_NE(hash(1ms, 100, 7), hash(1ms, 101, 7));
  EXPECT_NE(hash(1ms, 100, 7), hash(1ms, 100, 8));
}

}  // namespace
}  // namespace sotto::simulation
