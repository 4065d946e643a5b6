#include "tools/harness/statistics_report.hpp"

#include <nlohmann/json.hpp>
#include <optional>

#include "tools/harness/timeline_steps.hpp"

namespace sotto::tools {
namespace {

using nlohmann::json;

json timeline_report(const CallTimeline& timeline) {
  json report = json::object();
  if (!timeline.dialed) return report;
  for_each_step(timeline, [&](const char* name, const std::optional<Timestamp>& time) {
    if (time) report[name] = to_milliseconds(*time - *timeline.dialed);
  });
  return report;
}

/// Milliseconds for each of `count`, or null.
json per_frame(Duration total, uint64_t count) {
  return count == 0 ? json() : json(to_milliseconds(total) / static_cast<double>(count));
}

}  // namespace

json statistics_report(const CallStatistics& statistics) {
  const CallSecurity& security = statistics.security;
  const PathStatistics& path = statistics.path;
  const AudioStatistics& audio = statistics.audio;
  const VideoStatistics& video = statistics.video;
  json report = {
      {"handshake", security.handshake},
      {"dtls", security.dtls_version},
      {"dtls_cipher", security.dtls_cipher},
      {"srtp", security.srtp_profile},
      {"local_fingerprint", security.local_fingerprint},
      {"peer_fingerprint", security.peer_fingerprint},
      {"keys_mixed", security.keys_mixed},
      {"peer_confirmed", security.peer_confirmed},
      {"local_candidate", path.local_candidate_type},
      {"remote_candidate", path.remote_candidate_type},
      {"datagrams_sent", path.datagrams_sent},
      {"datagrams_received", path.datagrams_received},
      {"bytes_sent", path.bytes_sent},
      {"bytes_received", path.bytes_received},
      {"refused", path.refused},
      {"servers_unresolved", path.servers_unresolved},
      {"send_target_bps", path.send_target_bps},
      {"probe_bytes_sent", path.probe_bytes_sent},
      {"packets_reported_lost", path.packets_reported_lost},
      {"pacer_packets_dropped", path.pacer_packets_dropped},
      {"audio_bytes_sent", audio.bytes_sent},
      {"audio_bytes_received", audio.bytes_received},
      {"audio_packets_late", audio.packets_late},
      {"audio_packets_sent", audio.packets_sent},
      {"audio_packets_received", audio.packets_received},
      {"audio_packets_lost", audio.packets_lost},
      {"total_samples", audio.total_samples},
      {"concealed_samples", audio.concealed_samples},
      {"inserted_samples", audio.inserted_samples},
      {"removed_samples", audio.removed_samples},
      {"playout_delay_ms", to_milliseconds(audio.playout_delay)},
      {"target_delay_ms", to_milliseconds(audio.target_delay)},
      {"sent_level_dbfs", audio.sent_level_dbfs},
      {"received_level_dbfs", audio.received_level_dbfs},
      {"frames_captured", video.frames_captured},
      {"frames_encoded", video.frames_encoded},
      {"frames_skipped", video.frames_skipped},
      {"key_frames_encoded", video.key_frames_encoded},
      {"frames_received", video.frames_received},
      {"frames_decoded", video.frames_decoded},
      {"frames_shown", video.frames_shown},
      {"frames_dropped", video.frames_dropped},
      {"freezes", video.freezes},
      {"frozen_ms", to_milliseconds(video.frozen_time)},
      {"video_bytes_sent", video.bytes_sent},
      {"video_bytes_received", video.bytes_received},
      {"video_bytes_retransmitted", video.bytes_retransmitted},
      {"video_bytes_protecting", video.bytes_protecting},
      {"video_packets_lost", video.packets_lost},
      {"video_packets_sent", video.packets_sent},
      {"video_packets_received", video.packets_received},
      {"packets_retransmitted", video.packets_retransmitted},
      {"packets_recovered", video.packets_recovered},
      {"nacks", video.nacks_sent},
      {"plis", video.key_frame_requests_sent},
      {"plis_received", video.key_frame_requests_received},
      {"sent_size", {video.sent_width, video.sent_height}},
      {"received_size", {video.received_width, video.received_height}},
      {"target_bitrate_bps", video.target_bitrate_bps},
      {"useful_bitrate_bps", video.useful_bitrate_bps},
      {"encode_ms_per_frame", per_frame(video.encode_time_total, video.frames_encoded)},
      {"decode_ms_per_frame", per_frame(video.decode_time_total, video.frames_decoded)},
      {"timeline_ms", timeline_report(statistics.timeline)},
  };
  if (path.round_trip_time) report["round_trip_ms"] = to_milliseconds(*path.round_trip_time);
  if (statistics.timeline.dialed) report["dialed_us"] = statistics.timeline.dialed->time_since_epoch().count();
  return report;
}

}  // namespace sotto::tools
