#include "tools/call/live_line.hpp"

#include <algorithm>
#include <cstdarg>
#include <cstdio>

namespace sotto::tools {
namespace {

[[gnu::format(printf, 1, 2)]] std::string text(const char* format, ...) {
  char buffer[128];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(buffer, sizeof buffer, format, arguments);
  va_end(arguments);
  return buffer;
}

double seconds_of(Duration duration) { return std::chrono::duration<double>(duration).count(); }
double milliseconds_of(Duration duration) { return seconds_of(duration) * 1000; }

/// Of a counter, which only grows.
double rate(uint64_t before, uint64_t now, Duration between) {
  const double seconds = std::max(seconds_of(between), 0.001);
  return now < before ? 0 : static_cast<double>(now - before) / seconds;
}

double share(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

std::string live_line(CallState state, Duration since_accept, const CallStatistics& before, const CallStatistics& now,
                      Duration between) {
  if (state != CallState::kActive) return std::string(to_string(state));
  const int seconds = static_cast<int>(std::max(0.0, seconds_of(since_accept)));
  std::string line = text("%02d:%02d", seconds / 60, seconds % 60);
  if (!now.path.local_candidate_type.empty()) {
    line += " " + now.path.local_candidate_type + "-" + now.path.remote_candidate_type;
  }
  if (now.path.round_trip_time) line += text(" rtt %.0f ms", milliseconds_of(*now.path.round_trip_time));
  line += text(" | out %.0f in %.0f kbit/s", rate(before.path.bytes_sent, now.path.bytes_sent, between) * 8 / 1000,
               rate(before.path.bytes_received, now.path.bytes_received, between) * 8 / 1000);
  const uint64_t concealed = now.audio.concealed_samples - before.audio.concealed_samples;
  const uint64_t played = now.audio.total_samples - before.audio.total_samples;
  line += text(" | sound %.0f ms", milliseconds_of(now.audio.playout_delay));
  const uint64_t lost = now.audio.packets_lost - std::min(before.audio.packets_lost, now.audio.packets_lost);
  const uint64_t got = now.audio.packets_received - before.audio.packets_received;
  if (lost > 0) line += text(", %.0f %% lost", share(lost, lost + got));
  if (concealed > 0) line += text(", %.0f %% made up", share(concealed, played));
  if (now.video.received_width > 0) {
    line += text(" | picture %dx%d, %.0f/s", now.video.received_width, now.video.received_height,
                 rate(before.video.frames_decoded, now.video.frames_decoded, between));
    const uint64_t repaired = now.video.packets_recovered - before.video.packets_recovered;
    if (repaired > 0) line += text(", %llu repaired", static_cast<unsigned long long>(repaired));
  }
  return line;
}

}  // namespace sotto::tools
