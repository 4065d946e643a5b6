#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "transport/rtp/rtcp_feedback.hpp"
#include "transport/rtp/rtcp_packet.hpp"
#include "transport/rtp/rtcp_reports.hpp"

namespace sotto::transport {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

constexpr Ssrc kSender{0x01020304};
constexpr Ssrc kMedia{0x0a0b0c0d};

Bytes written(const std::function<void(ByteWriter&)>& write, size_t room = 1200) {
  Bytes buffer(room);
  ByteWriter out(buffer);
  write(out);
  EXPECT_TRUE(out.ok());
  buffer.resize(out.size());
  return buffer;
}

std::vector<SequenceNumber> sequence(const std::vector<int>& numbers) {
  std::vector<SequenceNumber> list;
  for (const int number : numbers) list.push_back(SequenceNumber(static_cast<uint16_t>(number)));
  return list;
}

std::vector<int> lost_in(const FeedbackMessage& nack) {
  std::vector<int> lost;
  EXPECT_TRUE(parse_nack(nack, [&](SequenceNumber number) { lost.push_back(number.value()); }));
  return lost;
}

constexpr ReportBlock kBlock{.source = kMedia,
                             .fraction_lost = 0x11,
                             .cumulative_lost = -2,
                             .extended_highest = 0x00015678,
                             .jitter = 99,
                             .last_sender_report = 0x12345678,
                             .delay_since_last = 0x00010000};

TEST(RtcpReader, TakesACompoundPacketApart) {
  const Bytes compound{0x80, 201, 0, 1, 1, 2, 3, 4, 0x81, 203, 0, 1, 5, 6, 7, 8};
  RtcpReader reader(compound);
  const auto first = reader.next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->type, RtcpType::kReceiverReport);
  EXPECT_THAT(first->body, ElementsAre(1, 2, 3, 4));
  const auto second = reader.next();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->type, RtcpType::kBye);
  EXPECT_EQ(second->count, 1);
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.ok());
}

TEST(RtcpReader, TakesPaddingAwayThatIsNoWholeWordAsWell) {
  const Bytes bytes{0xa0, 205, 0, 2, 1, 2, 3, 4, 9, 0, 0, 3};
  RtcpReader reader(bytes);
  const auto packet = reader.next();
  ASSERT_TRUE(packet);
  EXPECT_THAT(packet->body, ElementsAre(1, 2, 3, 4, 9));
}

TEST(RtcpReader, StopsAtWhatIsMalformed) {
  const std::vector<Bytes> malformed{
      {0x80},                         // no header
      {0x80, 201, 0, 2, 1, 2, 3, 4},  // longer than the datagram
      {0x40, 201, 0, 1, 1, 2, 3, 4},  // version 1
      {0xa0, 201, 0, 1, 1, 2, 3, 0},  // padding of nothing
      {0xa0, 201, 0, 1, 1, 2, 3, 5},  // more padding than body
      {0xa0, 201, 0, 0},              // padding without a body
  };
  for (const Bytes& bytes : malformed) {
    RtcpReader reader(bytes);
    EXPECT_FALSE(reader.next());
    EXPECT_FALSE(reader.ok());
  }
}

TEST(Report, WritesTheSenderReportOfRfc3550) {
  const SenderInfo info{
      .ntp = NtpTime(0x1122334455667788), .rtp_timestamp = 0x01010101, .packets = 2, .payload_bytes = 3};
  EXPECT_THAT(written([&](ByteWriter& out) { write_report(out, kSender, info, std::vector{kBlock}); }),
              ElementsAre(0x81, 200, 0, 12,                                                  //
                          1, 2, 3, 4,                                                        //
                          0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,                    //
                          1, 1, 1, 1, 0, 0, 0, 2, 0, 0, 0, 3,                                //
                          0x0a, 0x0b, 0x0c, 0x0d, 0x11, 0xff, 0xff, 0xfe, 0, 1, 0x56, 0x78,  //
                          0, 0, 0, 99, 0x12, 0x34, 0x56, 0x78, 0, 1, 0, 0));
}

TEST(Report, ReadsWhatItWrites) {
  const SenderInfo info{.ntp = NtpTime(5), .rtp_timestamp = 6, .packets = 7, .payload_bytes = 8};
  const std::vector<ReportBlock> blocks(Report::kMaxBlocks, kBlock);
  for (const auto& sender_info : {std::optional<SenderInfo>(), std::optional<SenderInfo>(info)}) {
    const Bytes bytes = written([&](ByteWriter& out) { write_report(out, kSender, sender_info, blocks); });
    const auto report = parse_report(*RtcpReader(bytes).next());
    ASSERT_TRUE(report);
    EXPECT_EQ(report->sender, kSender);
    EXPECT_EQ(report->sender_info, sender_info);
    EXPECT_THAT(report->blocks(), ElementsAreArray(blocks));
  }
}

TEST(Report, KeepsLossesWithin24Bits) {
  const auto through = [](int32_t lost) {
    ReportBlock block = kBlock;
    block.cumulative_lost = lost;
    const Bytes bytes = written([&](ByteWriter& out) { write_report(out, kSender, std::nullopt, std::vector{block}); });
    return parse_report(*RtcpReader(bytes).next())->blocks()[0].cumulative_lost;
  };
  EXPECT_EQ(through(0x7fffff), 0x7fffff);
  EXPECT_EQ(through(INT32_MAX), 0x7fffff);
  EXPECT_EQ(through(INT32_MIN), -0x800000);
}

TEST(Report, RefusesFewerBlocksThanItClaims) {
  Bytes bytes = written([&](ByteWriter& out) { write_report(out, kSender, std::nullopt, std::vector{kBlock}); });
  bytes[0] = 0x82;
  EXPECT_FALSE(parse_report(*RtcpReader(bytes).next()));
}

TEST(SourceDescription, HoldsTheCnameAloneEndedAndPadded) {
  EXPECT_THAT(written([](ByteWriter& out) { write_cname(out, kSender, "ab"); }),
              ElementsAre(0x81, 202, 0, 3, 1, 2, 3, 4, 1, 2, 'a', 'b', 0, 0, 0, 0));
  EXPECT_THAT(written([](ByteWriter& out) { write_cname(out, kSender, "a"); }),
              ElementsAre(0x81, 202, 0, 2, 1, 2, 3, 4, 1, 1, 'a', 0));
  EXPECT_EQ(written([](ByteWriter& out) { write_cname(out, kSender, std::string(255, 'x')); }).size() % 4, 0u);
}

TEST(Bye, NamesItsSources) {
  const Bytes bytes = written([](ByteWriter& out) { write_bye(out, std::vector{kSender, kMedia}); });
  std::vector<Ssrc> sources;
  EXPECT_TRUE(parse_bye(*RtcpReader(bytes).next(), [&](Ssrc source) { sources.push_back(source); }));
  EXPECT_THAT(sources, ElementsAre(kSender, kMedia));
}

TEST(Bye, RefusesFewerSourcesThanItClaims) {
  EXPECT_FALSE(parse_bye(*RtcpReader(Bytes{0x82, 203, 0, 1, 1, 2, 3, 4}).next(), [](Ssrc) { FAIL(); }));
}

TEST(Nack, PutsSeventeenNumbersIntoAWord) {
  const auto lost = sequence({100, 101, 116, 117});
  EXPECT_THAT(written([&](ByteWriter& out) { EXPECT_EQ(write_nack(out, kSender, kMedia, lost), 4u); }),
              ElementsAre(0x81, 205, 0, 4, 1, 2, 3, 4, 0x0a, 0x0b, 0x0c, 0x0d,  //
                          0, 100, 0x80, 0x01, 0, 117, 0, 0));
}

TEST(Nack, ReadsWhatItWritesAcrossTheWrap) {
  const std::vector<int> numbers{65'530, 65'535, 0, 1, 7, 500};
  const Bytes bytes = written([&](ByteWriter& out) { write_nack(out, kSender, kMedia, sequence(numbers)); });
  const auto message = parse_feedback(*RtcpReader(bytes).next());
  ASSERT_TRUE(message);
  EXPECT_EQ(message->media, kMedia);
  EXPECT_THAT(lost_in(*message), ElementsAreArray(numbers));
}

TEST(Nack, WritesAsManyAsFit) {
  const auto lost = sequence({0, 100, 200, 300});
  EXPECT_EQ(written([&](ByteWriter& out) { EXPECT_EQ(write_nack(out, kSender, kMedia, lost), 2u); }, 20).size(), 20u);
  EXPECT_THAT(written([&](ByteWriter& out) { EXPECT_EQ(write_nack(out, kSender, kMedia, lost), 0u); }, 15), IsEmpty());
  EXPECT_THAT(written([&](ByteWriter& out) { EXPECT_EQ(write_nack(out, kSender, kMedia, lost), 0u); }, 5), IsEmpty());
}

TEST(Nack, RefusesABodyOfNothingOrOfBrokenWords) {
  EXPECT_FALSE(parse_nack({.control = Bytes{}}, [](SequenceNumber) {}));
  EXPECT_FALSE(parse_nack({.control = Bytes{1, 2, 3}}, [](SequenceNumber) {}));
}

TEST(Pli, IsTwelveBytes) {
  EXPECT_THAT(written([](ByteWriter& out) { write_pli(out, kSender, kMedia); }),
              ElementsAre(0x81, 206, 0, 2, 1, 2, 3, 4, 0x0a, 0x0b, 0x0c, 0x0d));
}

TEST(Fir, NamesEachSourceAndTheNumberOfTheRequest) {
  std::vector<std::pair<uint32_t, int>> requests;
  const Bytes control{0, 0, 0, 7, 1, 0, 0, 0, 0, 0, 0, 8, 255, 0, 0, 0};
  EXPECT_TRUE(parse_fir({.control = control},
                        [&](Ssrc source, uint8_t number) { requests.emplace_back(source.value(), number); }));
  EXPECT_THAT(requests, ElementsAre(std::pair(7u, 1), std::pair(8u, 255)));
  EXPECT_FALSE(parse_fir({.control = ByteView(control).first(12)}, [](Ssrc, uint8_t) {}));
}

TEST(FeedbackMessage, NeedsBothSources) { EXPECT_FALSE(parse_feedback({.body = Bytes{1, 2, 3, 4, 5, 6, 7}})); }

}  // namespace
}  // namespace sotto::transport
