#include "tools/harness/call_sample.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace sotto::tools {
namespace {

struct Column {
  std::string_view name;
  int64_t CallSample::*value;
};

// In the order of the table.
constexpr std::array kColumns = {
    Column{"time_us", &CallSample::time_us},
    Column{"bytes_sent", &CallSample::bytes_sent},
    Column{"audio_bytes_sent", &CallSample::audio_bytes_sent},
    Column{"audio_copies", &CallSample::audio_copies},
    Column{"video_bytes_sent", &CallSample::video_bytes_sent},
    Column{"repair_bytes_sent", &CallSample::repair_bytes_sent},
    Column{"probe_bytes_sent", &CallSample::probe_bytes_sent},
    Column{"packets_sent", &CallSample::packets_sent},
    Column{"packets_reported_lost", &CallSample::packets_reported_lost},
    Column{"send_target_bps", &CallSample::send_target_bps},
    Column{"video_target_bps", &CallSample::video_target_bps},
    Column{"video_useful_bps", &CallSample::video_useful_bps},
    Column{"pacer_queue_us", &CallSample::pacer_queue_us},
    Column{"round_trip_us", &CallSample::round_trip_us},
    Column{"frames_captured", &CallSample::frames_captured},
    Column{"frames_encoded", &CallSample::frames_encoded},
    Column{"frames_skipped", &CallSample::frames_skipped},
    Column{"encode_us", &CallSample::encode_us},
    Column{"sent_width", &CallSample::sent_width},
    Column{"sent_height", &CallSample::sent_height},
    Column{"bytes_received", &CallSample::bytes_received},
    Column{"audio_bytes_received", &CallSample::audio_bytes_received},
    Column{"video_bytes_received", &CallSample::video_bytes_received},
    Column{"packets_received", &CallSample::packets_received},
    Column{"packets_lost", &CallSample::packets_lost},
    Column{"packets_recovered", &CallSample::packets_recovered},
    Column{"samples_played", &CallSample::samples_played},
    Column{"samples_concealed", &CallSample::samples_concealed},
    Column{"samples_stretched", &CallSample::samples_stretched},
    Column{"playout_delay_us", &CallSample::playout_delay_us},
    Column{"playout_target_us", &CallSample::playout_target_us},
    Column{"frames_shown", &CallSample::frames_shown},
    Column{"freezes", &CallSample::freezes},
    Column{"frozen_us", &CallSample::frozen_us},
    Column{"decode_us", &CallSample::decode_us},
};
static_assert(sizeof(CallSample) == kColumns.size() * sizeof(int64_t), "each value has a column");

std::string header() {
  std::string line;
  for (const Column& column : kColumns) line += (line.empty() ? "" : ",") + std::string(column.name);
  return line;
}

bool read_row(std::string_view line, CallSample& sample) {
  const char* at = line.data();
  const char* const end = at + line.size();
  for (const Column& column : kColumns) {
    const auto [next, failed] = std::from_chars(at, end, sample.*column.value);
    const bool last = &column == &kColumns.back();
    if (failed != std::errc() || (last ? next != end : next == end || *next != ',')) return false;
    at = last ? end : next + 1;
  }
  return true;
}

int64_t whole(uint64_t count) { return static_cast<int64_t>(count); }

}  // namespace

CallSample sample_of(const CallStatistics& statistics, Timestamp time) {
  const PathStatistics& path = statistics.path;
  const AudioStatistics& audio = statistics.audio;
  const VideoStatistics& video = statistics.video;
  CallSample sample;
  sample.time_us = time.time_since_epoch().count();
  sample.bytes_sent = whole(path.bytes_sent);
  sample.audio_bytes_sent = whole(audio.bytes_sent);
  sample.audio_copies = audio.copies_sent;
  sample.video_bytes_sent = whole(video.bytes_sent);
  sample.repair_bytes_sent = whole(video.bytes_retransmitted + video.bytes_protecting);
  sample.probe_bytes_sent = whole(path.probe_bytes_sent);
  sample.packets_sent = whole(audio.packets_sent + video.packets_sent + video.packets_retransmitted);
  sample.packets_reported_lost = whole(path.packets_reported_lost);
  sample.send_target_bps = path.send_target_bps;
  sample.video_target_bps = video.target_bitrate_bps;
  sample.video_useful_bps = video.useful_bitrate_bps;
  sample.pacer_queue_us = path.pacer_queue.count();
  if (path.round_trip_time) sample.round_trip_us = path.round_trip_time->count();
  sample.frames_captured = whole(video.frames_captured);
  sample.frames_encoded = whole(video.frames_encoded);
  sample.frames_skipped = whole(video.frames_skipped);
  sample.encode_us = video.encode_time_total.count();
  sample.sent_width = video.sent_width;
  sample.sent_height = video.sent_height;
  sample.bytes_received = whole(path.bytes_received);
  sample.audio_bytes_received = whole(audio.bytes_received);
  sample.video_bytes_received = whole(video.bytes_received);
  sample.packets_received = whole(audio.packets_received + video.packets_received);
  sample.packets_lost = whole(audio.packets_lost + video.packets_lost);
  sample.packets_recovered = whole(audio.packets_recovered + video.packets_recovered);
  sample.samples_played = whole(audio.total_samples);
  sample.samples_concealed = whole(audio.concealed_samples);
  sample.samples_stretched = whole(audio.inserted_samples + audio.removed_samples);
  sample.playout_delay_us = audio.playout_delay.count();
  sample.playout_target_us = audio.target_delay.count();
  sample.frames_shown = whole(video.frames_shown);
  sample.freezes = whole(video.freezes);
  sample.frozen_us = video.frozen_time.count();
  sample.decode_us = video.decode_time_total.count();
  return sample;
}

std::string samples_to_text(const std::vector<CallSample>& samples) {
  std::string text = header() + "\n";
  for (const CallSample& sample : samples) {
    const char* separator = "";
    for (const Column& column : kColumns) {
      text += separator;
      text += std::to_string(sample.*column.value);
      separator = ",";
    }
    text += '\n';
  }
  return text;
}

Result<std::vector<CallSample>> samples_from_text(std::string_view text) {
  std::vector<CallSample> samples;
  bool first = true;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    CallSample sample;
    if (first ? line != header() : !read_row(line, sample)) {
      return Error{ErrorCode::kMalformed, "this is no table of call samples: " + std::string(line.substr(0, 80))};
    }
    if (!first) samples.push_back(sample);
    first = false;
  }
  if (first) return Error{ErrorCode::kMalformed, "this is no table of call samples: it is empty"};
  return samples;
}

}  // namespace sotto::tools
