#include "tools/bench_audio/trace_page.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "tools/harness/base64.hpp"
#include "tools/report/sound_picture.hpp"

namespace sotto::tools {
namespace {

using nlohmann::json;

constexpr double kSurely = 0.8;  // correlation; below it a match may be anywhere

/// As many digits as a plot can show.
double rounded(double value) { return std::round(value * 1000) / 1000; }

json moments_of(const TraceReplay& replay) {
  json series = json::object();
  const auto add = [&](const char* name, double value) { series[name].push_back(rounded(value)); };
  double second = 0;
  for (const TraceMoment& moment : replay.moments) {
    second += to_seconds(TraceReplay::kMoment);
    add("seconds", second);
    add("held_ms", to_milliseconds(moment.held));
    add("wanted_ms", to_milliseconds(moment.wanted));
    add("made_up_percent", 100 * moment.made_up_share);
    add("stretched_percent", 100 * moment.stretched_share);
    add("hurried_percent", 100 * moment.hurried_share);
    add("lost_percent", 100 * moment.lost_share);
    add("recovered", moment.recovered);
    add("copies", moment.copies);
  }
  return series;
}

/// By when they were sent, so that they stand where they are missing.
json transits_of(const ArrivalTrace& trace) {
  std::vector<const TracePacket*> packets;
  for (const TracePacket& packet : trace.packets) packets.push_back(&packet);
  std::stable_sort(packets.begin(), packets.end(),
                   [](const TracePacket* a, const TracePacket* b) { return a->number < b->number; });
  json series = {{"seconds", json::array()}, {"ms", json::array()}};
  for (const TracePacket* packet : packets) {
    series["seconds"].push_back(rounded(to_seconds(packet->number * ArrivalTrace::kPacketTime)));
    if (packet->arrival) {
      series["ms"].push_back(to_milliseconds(ArrivalTrace::transit(*packet)));
    } else {
      series["ms"].push_back(nullptr);
    }
  }
  return series;
}

json delays_of(const TraceReplay& replay, std::span<const media::SoundMatch> matches) {
  json series = {{"seconds", json::array()}, {"ms", json::array()}};
  for (const media::SoundMatch& match : matches) {
    if (match.correlation < kSurely) continue;
    const Duration played = replay.match.received_start + Duration(match.received_at * 125 / 6);
    series["seconds"].push_back(rounded(to_seconds(played)));
    series["ms"].push_back(rounded(to_milliseconds(played - Duration(match.sent_at * 125 / 6))));
  }
  return series;
}

json picture_of(std::span<const int16_t> sound, Duration start) {
  SoundPainter painter;
  painter.add(sound);
  const auto picture = painter.paint(to_seconds(start));
  if (!picture) return nullptr;
  return {{"image", "data:image/png;base64," + encode_base64(picture->png)},
          {"start", picture->start_seconds},
          {"seconds", picture->seconds},
          {"top_hz", picture->top_hz},
          {"level_db", picture->levels}};
}

}  // namespace

json trace_on_page(const std::string& name, const std::string& what, const ArrivalTrace& trace,
                   const TraceReplay& replay, std::span<const media::SoundMatch> matches, const TraceFigures& figures) {
  json shown = json::array();
  for (const TraceFigure& figure : trace_figures()) {
    shown.push_back(
        {{"what", figure.what}, {"unit", figure.unit}, {"digits", figure.digits}, {"value", figures.*figure.value}});
  }
  return {{"name", name},
          {"what", what},
          {"length", to_seconds(trace.sent * ArrivalTrace::kPacketTime)},
          {"figures", std::move(shown)},
          {"moments", moments_of(replay)},
          {"transit", transits_of(trace)},
          {"delay", delays_of(replay, matches)},
          {"said", picture_of(replay.said, 0ms)},
          {"heard", picture_of(replay.heard, replay.match.received_start)}};
}

}  // namespace sotto::tools
