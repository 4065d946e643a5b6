#include "tools/harness/call_sample.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/harness/call_sampler.hpp"
#include "tools/harness/sample_log.hpp"

namespace sotto::tools {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

TEST(CallSample, TakesWhatIsDrawnFromTheStatistics) {
  CallStatistics statistics;
  statistics.path.bytes_sent = 5000;
  statistics.path.round_trip_time = 25ms;
  statistics.audio.packets_sent = 10;
  statistics.audio.copies_sent = 2;
  statistics.audio.packets_lost = 1;
  statistics.audio.inserted_samples = 480;
  statistics.audio.removed_samples = 240;
  statistics.video.packets_sent = 20;
  statistics.video.packets_retransmitted = 3;
  statistics.video.packets_lost = 2;
  statistics.video.frozen_time = 300ms;
  const CallSample sample = sample_of(statistics, Timestamp{7s});
  EXPECT_EQ(sample.time_us, 7'000'000);
  EXPECT_EQ(sample.bytes_sent, 5000);
  EXPECT_EQ(sample.round_trip_us, 25'000);
  EXPECT_EQ(sample.packets_sent, 33) << "sound, picture and repairs";
  EXPECT_EQ(sample.audio_copies, 2);
  EXPECT_EQ(sample.packets_lost, 3);
  EXPECT_EQ(sample.samples_stretched, 720);
  EXPECT_EQ(sample.frozen_us, 300'000);
  EXPECT_EQ(sample_of({}, Timestamp{}).round_trip_us, -1) << "not known";
}

TEST(CallSample, ComesBackFromItsTable) {
  std::vector<CallSample> samples(2);
  samples[0].time_us = 1;
  samples[1].time_us = 2;
  samples[1].round_trip_us = 12'345;
  samples[1].decode_us = INT64_MAX;
  const auto read = samples_from_text(samples_to_text(samples));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(*read, samples);
  EXPECT_THAT(samples_to_text({}), StartsWith("time_us,bytes_sent,"));
  EXPECT_THAT(samples_from_text(samples_to_text({})).value(), IsEmpty());
}

TEST(CallSample, IsNotReadFromAnotherTable) {
  const std::string header = samples_to_text({});
  for (const std::string& text : {std::string(), std::string("a,b\n1,2\n"), header + "1,2\n", header + "x\n",
                                  samples_to_text({CallSample{}}) + "\n"}) {
    const auto read = samples_from_text(text);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_THAT(read.error().message, HasSubstr("this is no table of call samples"));
  }
}

/// Of a call of that length, looked at each 10 ms.
SampleLog log_of(Duration length) {
  SampleLog log(100ms, 8);
  for (Timestamp now{}; now < Timestamp{length}; now += 10ms) {
    if (now >= log.next_due()) log.add({.time_us = now.time_since_epoch().count()});
  }
  return log;
}

TEST(SampleLog, TakesOneEachInterval) {
  const SampleLog log = log_of(500ms);
  ASSERT_THAT(log.samples(), SizeIs(5));
  EXPECT_EQ(log.samples()[4].time_us, 400'000);
  EXPECT_EQ(log.next_due(), Timestamp{500ms});
}

TEST(SampleLog, TakesFewerTheLongerTheCall) {
  const SampleLog log = log_of(1h);
  EXPECT_LE(log.samples().size(), 8u);
  EXPECT_GE(log.samples().size(), 4u);
  EXPECT_EQ(log.samples().front().time_us, 0) << "the start stays";
}

TEST(SampleLog, CatchesUpWithoutABurstWhenItWasHeldUp) {
  SampleLog log(100ms, 8);
  log.add({.time_us = 0});
  log.add({.time_us = 930'000});
  EXPECT_EQ(log.next_due(), Timestamp{980ms});
}

TEST(CallSampler, AsksAtOnceAndNoMoreOnceItIsStopped) {
  int asked = 0;
  CallSampler sampler([&asked] {
    ++asked;
    CallStatistics statistics;
    statistics.path.bytes_sent = 7;
    return statistics;
  });
  const std::vector<CallSample> samples = sampler.stop();
  ASSERT_GE(samples.size(), 1u);
  EXPECT_EQ(samples.size(), static_cast<size_t>(asked));
  EXPECT_EQ(samples.front().bytes_sent, 7);
}

}  // namespace
}  // namespace sotto::tools
