#include "tools/bench_audio/trace_replay.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "media/device/test_sound.hpp"
#include "tools/bench_audio/intelligibility.hpp"
#include "tools/bench_audio/trace_figures.hpp"
#include "tools/bench_audio/trace_maker.hpp"

namespace sotto::tools {
namespace {

struct Replayed {
  TraceReplay replay;
  TraceFigures figures;
};

Replayed run(const ArrivalTrace& trace, const TraceReplayOptions& options = {}) {
  TraceReplay replay = replay_trace(trace, options);
  const auto matches = media::match_sound(replay.said, replay.heard, replay.match);
  const TraceFigures figures = figures_of(replay, matches);
  return {std::move(replay), figures};
}

ArrivalTrace make(std::string_view name, Duration length = 20s) { return *make_arrival_trace(name, 1, length); }

TEST(TraceReplay, HearsACleanPathWholeAndSoon) {
  const Replayed clean = run(make("clean"));
  EXPECT_EQ(clean.figures.lost, 0);
  EXPECT_LE(clean.figures.made_up, 0.2);
  EXPECT_LE(clean.figures.delay_p50, 25 + 46) << "see AudioReceiver's own tests";
  EXPECT_GE(clean.figures.delay_p50, 25 + 26);
  EXPECT_GE(clean.figures.found_again, 98);
  EXPECT_GE(clean.figures.intelligibility, 0.9);
}

TEST(TraceReplay, GivesTheSameForTheSame) {
  const ArrivalTrace trace = make("handover", 12s);
  EXPECT_EQ(replay_trace(trace, {}).heard, replay_trace(trace, {}).heard);
}

TEST(TraceReplay, NotesHowItWentEach100Ms) {
  const TraceReplay replay = replay_trace(make("loss30"), {});
  EXPECT_EQ(replay.moments.size(), 200u);
  double lost = 0, made_up = 0;
  int recovered = 0;
  for (const TraceMoment& moment : replay.moments) {
    lost += moment.lost_share / 200;
    made_up += moment.made_up_share / 200;
    recovered += moment.recovered;
  }
  EXPECT_NEAR(lost, replay.lost_share, 0.001);
  EXPECT_NEAR(made_up * 960'000, static_cast<double>(replay.statistics.concealed_samples), 480);
  EXPECT_EQ(static_cast<uint64_t>(recovered), replay.statistics.packets_recovered);
}

TEST(TraceReplay, CarriesAsManyCopiesAsWhatIsLostCallsFor) {
  EXPECT_LE(replay_trace(make("clean"), {}).mean_copies, 0.1);
  EXPECT_GE(replay_trace(make("loss30"), {}).mean_copies, 1.5);
}

TEST(TraceReplay, CarriesAsManyCopiesAsItIsTold) {
  const ArrivalTrace trace = make("loss10");
  const Replayed none = run(trace, {.copies = 0});
  const Replayed two = run(trace, {.copies = 2});
  EXPECT_EQ(none.replay.mean_copies, 0);
  EXPECT_EQ(two.replay.mean_copies, 2);
  EXPECT_NEAR(none.replay.sent_kbps, 32, 0.1);
  EXPECT_GE(none.figures.made_up, 8);
  EXPECT_LE(two.figures.made_up, 2);
  EXPECT_GT(two.figures.intelligibility, none.figures.intelligibility + 0.01);
}

TEST(TraceReplay, SaysWhatItIsGiven) {
  media::TestTone tone(440);
  const TraceReplay replay =
      replay_trace(make("clean", 2s), {.source = [&](std::span<int16_t, kAudioBlockSamples> out) { tone.next(out); }});
  media::TestTone same(440);
  std::array<int16_t, kAudioBlockSamples> first;
  same.next(first);
  EXPECT_TRUE(std::equal(first.begin(), first.end(), replay.said.begin()));
}

TEST(TraceReplay, SurvivesATraceOfWhichNothingArrives) {
  const ArrivalTrace trace{.sent = 100, .packets = {{.number = 99, .arrival = {}, .bytes = 80}}};
  const Replayed nothing = run(trace);
  EXPECT_EQ(nothing.figures.lost, 100);
  EXPECT_EQ(nothing.figures.intelligibility, 0);
}

TEST(InTimeWith, MovesWhatIsHeardBackToWhenItWasSaid) {
  std::vector<int16_t> said(96'000), heard(96'000);
  media::TestSpeech speech;
  for (size_t at = 0; at < said.size(); at += 480) speech.next(std::span(said).subspan(at).first<480>());
  // 100 ms late for a second, then 130 ms.
  std::copy(said.begin(), said.begin() + 48'000, heard.begin() + 4'800);
  std::copy(said.begin() + 48'000, said.end() - 6'240, heard.begin() + 54'240);
  const auto moved = in_time_with(said, heard, media::match_sound(said, heard));
  EXPECT_TRUE(std::equal(said.begin() + 4'800, said.begin() + 38'400, moved.begin() + 4'800));
  EXPECT_TRUE(std::equal(said.begin() + 57'600, said.begin() + 81'600, moved.begin() + 57'600));
  EXPECT_LT(speech_intelligibility(said, heard), 0.5);
  EXPECT_GT(speech_intelligibility(said, moved), 0.95);
}

}  // namespace
}  // namespace sotto::tools
