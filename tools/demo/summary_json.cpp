#include "tools/demo/summary.hpp"

namespace sotto::tools {
namespace {

using nlohmann::json;

json direction_json(const Direction& direction) {
  json report = {{"frames_sent", direction.frames_sent},
                 {"frames_shown", direction.frames_shown},
                 {"fps", direction.frames_per_second},
                 {"picture_delay_ms_p50", direction.picture_delay_ms_p50},
                 {"picture_delay_ms_p95", direction.picture_delay_ms_p95},
                 {"psnr_y", direction.psnr},
                 {"psnr_y_min", direction.psnr_min},
                 {"ssim_y", direction.ssim},
                 {"pictures_compared", direction.pictures.size()},
                 {"sound_delay_ms_p50", direction.sound_delay_ms_p50},
                 {"sound_delay_ms_p95", direction.sound_delay_ms_p95},
                 {"sound_correlation", direction.sound_correlation},
                 {"sound_matched", direction.sound_matched},
                 {"sound_windows", direction.sound_windows}};
  if (direction.first_picture_ms) report["accept_to_picture_ms"] = *direction.first_picture_ms;
  if (direction.first_sound_ms) report["accept_to_sound_ms"] = *direction.first_sound_ms;
  return report;
}

json wire_json(const WireReport& wire) {
  json classes = json::object();
  for (size_t i = 0; i < wire.by_class.size(); ++i) {
    classes[std::string(to_string(static_cast<DatagramClass>(i)))] = {{"datagrams", wire.by_class[i].datagrams},
                                                                      {"bytes", wire.by_class[i].bytes}};
  }
  return {{"classes", classes},
          {"sent_by_alice", wire.sent_by[0]},
          {"sent_by_bob", wire.sent_by[1]},
          {"largest_bytes", wire.largest},
          {"with_payload", wire.with_payload},
          {"outside", wire.outside},
          {"payload_blocks", wire.payload_blocks},
          {"lost_by_capture", wire.lost_by_capture}};
}

}  // namespace

json to_json(const Summary& summary, const std::vector<Check>& checks) {
  json peers = json::array(), judged = json::array();
  for (const Summary::Peer& peer : summary.peers) {
    peers.push_back({{"name", peer.name},
                     {"cpu_per_second", peer.cpu_per_second},
                     {"peak_memory_mb", peer.peak_memory_mb},
                     {"sent_kbps", peer.sent_kbps},
                     {"end_reason", peer.end_reason},
                     {"statistics", peer.statistics}});
  }
  for (const Check& entry : checks) {
    judged.push_back({{"what", entry.what}, {"passed", entry.passed}, {"detail", entry.detail}});
  }
  return {{"version", summary.version},
          {"size", {summary.width, summary.height}},
          {"seconds", summary.seconds},
          {"network", summary.network},
          {"dial_to_ringing_ms", summary.dial_to_ringing_ms},
          {"peers", peers},
          {"alice_to_bob", direction_json(summary.directions[0])},
          {"bob_to_alice", direction_json(summary.directions[1])},
          {"wire", summary.wire ? wire_json(*summary.wire) : json()},
          {"checks", judged}};
}

}  // namespace sotto::tools
