#include "tools/bench_audio/trace_figures.hpp"

#include <algorithm>
#include <array>

#include "tools/bench_audio/intelligibility.hpp"

namespace sotto::tools {
namespace {

constexpr std::array kFigures = {
    TraceFigure{"lost", "lost, %", "packets lost", "%", 1, &TraceFigures::lost},
    TraceFigure{"delay_p50", "ear 50 %, ms", "mouth to ear, 50 %", "ms", 0, &TraceFigures::delay_p50},
    TraceFigure{"delay_p95", "ear 95 %, ms", "mouth to ear, 95 %", "ms", 0, &TraceFigures::delay_p95},
    TraceFigure{"held_p50", "held, ms", "held by the jitter buffer, 50 %", "ms", 0, &TraceFigures::held_p50},
    TraceFigure{"made_up", "made up, %", "sound made up", "%", 2, &TraceFigures::made_up},
    TraceFigure{"stretched", "stretched, %", "sound put in to wait", "%", 2, &TraceFigures::stretched},
    TraceFigure{"hurried", "hurried, %", "sound taken out", "%", 2, &TraceFigures::hurried},
    TraceFigure{"copies", "copies", "copies of earlier packets in each", "a packet", 2, &TraceFigures::copies},
    TraceFigure{"sent", "kbit/s", "payloads sent", "kbit/s", 0, &TraceFigures::sent_kbps},
    TraceFigure{"found_again", "found again, %", "windows heard as they were said", "%", 1, &TraceFigures::found_again},
    TraceFigure{"intelligibility", "STOI", "intelligibility (STOI)", "of 1", 3, &TraceFigures::intelligibility},
};

double percent(uint64_t part, uint64_t whole) {
  return whole > 0 ? 100 * static_cast<double>(part) / static_cast<double>(whole) : 0;
}

double half_of(std::vector<Duration> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return to_milliseconds(*middle);
}

}  // namespace

TraceFigures figures_of(const TraceReplay& replay, std::span<const media::SoundMatch> matches) {
  const media::SoundQuality quality = media::summarize(matches, replay.match);
  std::vector<Duration> held;
  for (const TraceMoment& moment : replay.moments) held.push_back(moment.held);
  const media::AudioReceiverStatistics& statistics = replay.statistics;
  TraceFigures figures;
  figures.delay_p50 = to_milliseconds(quality.delay_p50);
  figures.delay_p95 = to_milliseconds(quality.delay_p95);
  figures.held_p50 = half_of(std::move(held));
  figures.lost = 100 * replay.lost_share;
  figures.made_up = percent(statistics.concealed_samples, statistics.total_samples);
  figures.stretched = percent(statistics.inserted_samples, statistics.total_samples);
  figures.hurried = percent(statistics.removed_samples, statistics.total_samples);
  figures.copies = replay.mean_copies;
  figures.sent_kbps = replay.sent_kbps;
  figures.found_again = 100 * quality.matched;
  figures.intelligibility = speech_intelligibility(replay.said, in_time_with(replay.said, replay.heard, matches));
  return figures;
}

std::span<const TraceFigure> trace_figures() { return kFigures; }

}  // namespace sotto::tools
