#include <gtest/gtest.h>

#include "transport/rtp/ntp_time.hpp"
#include "transport/rtp/reception_statistics.hpp"
#include "transport/rtp/round_trip_timer.hpp"
#include "transport/rtp/rtcp_schedule.hpp"

namespace sotto::transport {
namespace {

constexpr Timestamp kStart{1000s};

TEST(NtpTime, CountsFrom1900AndComesBack) {
  // RFC 868: 2,208,988,800 is 00:00 on 1 January 1970.
  EXPECT_EQ(NtpTime::from_unix(0s).value(), 2'208'988'800ull << 32);
  EXPECT_EQ(NtpTime::from_unix(500ms).value(), (2'208'988'800ull << 32) + 0x80000000);
  for (const Duration time : {Duration(0), Duration(1), Duration(999'999), Duration(1'700'000'000'123'457)}) {
    EXPECT_EQ(NtpTime::from_unix(time).since_1970(), time);
  }
}

TEST(NtpTime, CompactFormIsTheMiddle) {
  EXPECT_EQ(NtpTime(0x1122334455667788).compact(), 0x33445566u);
  EXPECT_EQ(to_compact_ntp(1500ms), 0x00018000u);
  EXPECT_EQ(to_compact_ntp(-1s), 0u);
  EXPECT_EQ(to_compact_ntp(std::chrono::hours(24)), 0xffffffffu);
  EXPECT_EQ(from_compact_ntp(0x00018000), Duration(1500ms));
}

ReportBlock answer(NtpTime report_sent, Duration held) {
  return {.last_sender_report = report_sent.compact(), .delay_since_last = to_compact_ntp(held)};
}

TEST(RoundTripTimer, TakesTheHoldingTimeAway) {
  RoundTripTimer timer;
  timer.on_report_block(answer(NtpTime::from_unix(100s), 300ms), NtpTime::from_unix(100s + 380ms));
  ASSERT_TRUE(timer.smoothed());
  EXPECT_NEAR(to_milliseconds(*timer.smoothed()), 80, 0.1);
}

TEST(RoundTripTimer, FollowsALongerRoundTripAtOnceAndAShorterOneSmoothly) {
  RoundTripTimer timer;
  timer.on_report_block(answer(NtpTime::from_unix(100s), 0s), NtpTime::from_unix(100s + 80ms));
  timer.on_report_block(answer(NtpTime::from_unix(101s), 0s), NtpTime::from_unix(101s + 160ms));
  EXPECT_NEAR(to_milliseconds(*timer.smoothed()), 160, 0.1);
  timer.on_report_block(answer(NtpTime::from_unix(102s), 0s), NtpTime::from_unix(102s + 80ms));
  EXPECT_NEAR(to_milliseconds(*timer.smoothed()), 150, 0.1);
}

TEST(RoundTripTimer, IgnoresBlocksThatAnswerNoReport) {
  RoundTripTimer timer;
  timer.on_report_block({}, NtpTime::from_unix(100s));
  timer.on_report_block(answer(NtpTime::from_unix(1s), 0s), NtpTime::from_unix(100s));
  EXPECT_FALSE(timer.smoothed());
}

TEST(RoundTripTimer, IsNeverZeroOrLess) {
  RoundTripTimer timer;
  timer.on_report_block(answer(NtpTime::from_unix(100s), 5ms), NtpTime::from_unix(100s));
  EXPECT_EQ(timer.smoothed(), Duration(1ms));
}

TEST(ReceptionStatistics, CountsWhatIsLostFromTheFirstToTheHighest) {
  ReceptionStatistics statistics(90'000);
  for (const int64_t sequence : {10, 11, 14, 12}) statistics.on_packet(sequence, 0, kStart);
  EXPECT_EQ(statistics.lost(), 1);
  EXPECT_EQ(statistics.extended_highest(), 14u);
}

TEST(ReceptionStatistics, GivesTheFractionSinceTheLastReport) {
  ReceptionStatistics statistics(90'000);
  for (int64_t sequence = 0; sequence < 100; ++sequence) {
    if (sequence % 4 != 1) statistics.on_packet(sequence, 0, kStart);
  }
  EXPECT_EQ(statistics.take_fraction_lost(), 64);
  for (int64_t sequence = 100; sequence < 200; ++sequence) statistics.on_packet(sequence, 0, kStart);
  EXPECT_EQ(statistics.take_fraction_lost(), 0);
  EXPECT_EQ(statistics.take_fraction_lost(), 0);
}

TEST(ReceptionStatistics, CountsDuplicatesAgainstLosses) {
  ReceptionStatistics statistics(90'000);
  for (const int64_t sequence : {1, 1, 1}) statistics.on_packet(sequence, 0, kStart);
  EXPECT_EQ(statistics.lost(), -2);
  EXPECT_EQ(statistics.take_fraction_lost(), 0);
}

TEST(ReceptionStatistics, CarriesWrapsInTheUpperHalf) {
  ReceptionStatistics statistics(90'000);
  statistics.on_packet(65'535, 0, kStart);
  statistics.on_packet(65'537, 0, kStart);
  EXPECT_EQ(statistics.extended_highest(), 0x00010001u);
  EXPECT_EQ(statistics.lost(), 1);
}

TEST(ReceptionStatistics, JitterIsZeroOnASteadyPathAndGrowsWithItsVariation) {
  ReceptionStatistics steady(48'000);
  ReceptionStatistics varying(48'000);
  for (int i = 0; i < 500; ++i) {
    const auto timestamp = static_cast<uint32_t>(0xffffff00u + 960u * static_cast<uint32_t>(i));
    steady.on_packet(i, timestamp, kStart + i * 20ms);
    varying.on_packet(i, timestamp, kStart + i * 20ms + (i % 2) * 10ms);
  }
  EXPECT_EQ(steady.jitter(), 0u);
  EXPECT_NEAR(to_milliseconds(varying.jitter_time()), 10, 0.5);
}

TEST(ReceptionStatistics, PacketsOfOneFrameSayNothingAboutJitter) {
  ReceptionStatistics statistics(90'000);
  for (int i = 0; i < 300; ++i) {
    for (int packet = 0; packet < 10; ++packet) {
      statistics.on_packet(10 * i + packet, static_cast<uint32_t>(3000 * i),
                           kStart + Duration(i * 33'333 + packet * 700));
    }
  }
  EXPECT_LE(statistics.jitter(), 1u);
}

TEST(ReceptionStatistics, JitterStaysInRangeWhateverTheTimestampsSay) {
  ReceptionStatistics statistics(90'000);
  for (int i = 0; i < 200; ++i) {
    statistics.on_packet(i, i % 2 == 0 ? 0 : 0x7fffffff, kStart + i * std::chrono::hours(24));
  }
  EXPECT_EQ(statistics.jitter(), 0xffffffffu);
}

struct Sent {
  int reports = 0;
  int feedback = 0;
  int datagrams = 0;
};

/// What is sent in `time` while packets of `size` come each `interval`.
Sent run(RtcpSchedule& schedule, Timestamp start, Duration time, Duration interval, DataSize size) {
  Sent sent;
  Timestamp next_packet = start;
  for (Timestamp now = start; now < start + time; now = std::min(next_packet, schedule.next_deadline())) {
    if (now >= next_packet) {
      if (size.bytes() > 0) schedule.on_arrival(size, now);
      next_packet += interval;
    }
    const RtcpSchedule::Due due = schedule.take_due(now);
    sent.reports += due.report ? 1 : 0;
    sent.feedback += due.feedback ? 1 : 0;
    sent.datagrams += due.report || due.feedback ? 1 : 0;
  }
  return sent;
}

TEST(RtcpSchedule, ReportsSoonAndThenEachSecond) {
  RtcpSchedule schedule(kStart);
  EXPECT_EQ(schedule.next_deadline(), kStart + 100ms);
  EXPECT_EQ(run(schedule, kStart, 1s, 1s, DataSize()).reports, 4);
  EXPECT_EQ(run(schedule, kStart + 1s, 10s, 1s, DataSize()).reports, 10);
}

TEST(RtcpSchedule, SendsFeedbackTenTimesASecondInAVideoCallAndReportsWithIt) {
  RtcpSchedule schedule(kStart);
  const Sent sent = run(schedule, kStart, 20s, 3ms, DataSize::bytes(1100));
  EXPECT_NEAR(sent.feedback, 202, 6);
  EXPECT_GE(sent.reports, 20);
  EXPECT_EQ(sent.datagrams, sent.feedback);
}

TEST(RtcpSchedule, SendsTheFirstFeedbackSoonAfterTheFirstPacketsWheneverTheyCome) {
  RtcpSchedule schedule(kStart);
  EXPECT_EQ(run(schedule, kStart + 10s, 24ms, 5ms, DataSize::bytes(1100)).feedback, 0);
  EXPECT_EQ(run(schedule, kStart + 10s + 24ms, 160ms, 5ms, DataSize::bytes(1100)).feedback, 7);
}

TEST(RtcpSchedule, SendsLessFeedbackWhereLittleComes) {
  RtcpSchedule schedule(kStart);
  const Sent sent = run(schedule, kStart, 20s, 20ms, DataSize::bytes(60));
  EXPECT_NEAR(sent.feedback, 86, 5);
}

TEST(RtcpSchedule, SendsNoFeedbackOnNothing) {
  RtcpSchedule schedule(kStart);
  EXPECT_EQ(run(schedule, kStart, 20s, 1s, DataSize()).feedback, 0);
}

}  // namespace
}  // namespace sotto::transport
