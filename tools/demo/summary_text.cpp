#include "tools/demo/summary.hpp"

#include "tools/demo/format.hpp"
#include "tools/harness/json_text.hpp"

namespace sotto::tools {
namespace {

using nlohmann::json;

std::optional<double> number_of(const json& object, const char* name) {
  if (!object.is_object()) return std::nullopt;
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

std::string count_of(const json& object, const char* name) {
  const std::optional<double> value = number_of(object, name);
  return value ? format("%.0f", *value) : "-";
}

std::string milliseconds(const std::optional<double>& value) { return value ? format("%.1f ms", *value) : "never"; }

/// Milliseconds between two steps of a peer's timeline; `from` null: since the dial.
std::optional<double> between(const Summary::Peer& peer, const char* from, const char* to) {
  const auto timeline = peer.statistics.find("timeline_ms");
  if (timeline == peer.statistics.end()) return std::nullopt;
  const std::optional<double> end = number_of(*timeline, to);
  const std::optional<double> start = from != nullptr ? number_of(*timeline, from) : 0.0;
  if (!start || !end) return std::nullopt;
  return *end - *start;
}

std::string text_or_dash(const Summary::Peer& peer, const char* name) {
  return text_of(peer.statistics, name).value_or("-");
}

std::string setup_text(const Summary& summary) {
  std::string text = "Set-up\n";
  text += format("  dial to ringing                   %.1f ms\n", summary.dial_to_ringing_ms);
  for (const Summary::Peer& peer : summary.peers) {
    text += format("  %-6s keys agreed %s, path found %s, media keys %s after it\n", (peer.name + ":").c_str(),
                   milliseconds(between(peer, nullptr, "handshake_done")).c_str(),
                   milliseconds(between(peer, "handshake_done", "path_writable")).c_str(),
                   milliseconds(between(peer, "path_writable", "media_keys_ready")).c_str());
  }
  for (size_t i = 0; i < 2; ++i) {
    text += format("  accept to first sound and picture at %s: %s, %s\n", summary.peers[1 - i].name.c_str(),
                   milliseconds(summary.directions[i].first_sound_ms).c_str(),
                   milliseconds(summary.directions[i].first_picture_ms).c_str());
  }
  return text;
}

std::string security_text(const Summary& summary) {
  const Summary::Peer& alice = summary.peers[0];
  const auto flag = [&](const char* name) {
    const auto found = alice.statistics.find(name);
    return found != alice.statistics.end() && found->is_boolean() && found->get<bool>() ? "yes" : "no";
  };
  std::string text = "Security\n";
  text += "  handshake    " + text_or_dash(alice, "handshake") + "\n";
  text += "  key exchange " + text_or_dash(alice, "dtls") + " " + text_or_dash(alice, "dtls_cipher") + "\n";
  text += "  media        " + text_or_dash(alice, "srtp") + "\n";
  text += format("  media keys depend on both: %s, confirmed by the other side: %s\n", flag("keys_mixed"),
                 flag("peer_confirmed"));
  for (const Summary::Peer& peer : summary.peers) {
    text += format("  %s's certificate %s\n", peer.name.c_str(), text_or_dash(peer, "local_fingerprint").c_str());
  }
  return text;
}

std::string direction_text(const Summary& summary, size_t index) {
  const Direction& direction = summary.directions[index];
  const Summary::Peer& sender = summary.peers[index];
  const Summary::Peer& receiver = summary.peers[1 - index];
  std::string text = format("%s to %s\n", sender.name.c_str(), receiver.name.c_str());
  text += format("  picture      %lld frames captured, %s coded, %lld shown, %.2f a second\n",
                 static_cast<long long>(direction.frames_sent), count_of(sender.statistics, "frames_encoded").c_str(),
                 static_cast<long long>(direction.frames_shown), direction.frames_per_second);
  text += format("  quality      PSNR %.2f dB (worst %.2f), SSIM %.4f, over %zu pictures\n", direction.psnr,
                 direction.psnr_min, direction.ssim, direction.pictures.size());
  text += format("  delay        camera to window %.1f ms (95 %%: %.1f), mouth to ear %.1f ms (95 %%: %.1f)\n",
                 direction.picture_delay_ms_p50, direction.picture_delay_ms_p95, direction.sound_delay_ms_p50,
                 direction.sound_delay_ms_p95);
  text += format("  sound        correlation %.3f, %.1f %% of windows found again, %s of %s samples concealed\n",
                 direction.sound_correlation, 100 * direction.sound_matched,
                 count_of(receiver.statistics, "concealed_samples").c_str(),
                 count_of(receiver.statistics, "total_samples").c_str());
  text += format("  bitrate      %.0f kbit/s of UDP payload\n", sender.sent_kbps);
  return text;
}

std::string wire_text(const Summary& summary) {
  if (!summary.wire_wanted) return "Wire\n  not watched (--no-capture)\n";
  if (!summary.wire) return "Wire\n  " + summary.wire_problem + "\n";
  std::string text = "Wire\n ";
  for (const DatagramClass datagram_class : {DatagramClass::kStun, DatagramClass::kDtls, DatagramClass::kSrtp,
                                             DatagramClass::kSrtcp, DatagramClass::kOther}) {
    text += format(" %s %llu", std::string(to_string(datagram_class)).c_str(),
                   static_cast<unsigned long long>(summary.wire->of(datagram_class).datagrams));
  }
  return text + format(" datagrams, none over %llu bytes\n", static_cast<unsigned long long>(summary.wire->largest));
}

}  // namespace

std::string to_text(const Summary& summary, const std::vector<Check>& checks) {
  std::string text = format("A call of %.1f s at %dx%d, %s\n", summary.seconds, summary.width, summary.height,
                            summary.version.c_str());
  if (!summary.network.empty()) text += "Over an emulated network: " + summary.network + "\n";
  text += "\n";
  text += setup_text(summary) + "\n" + security_text(summary) + "\n";
  text += direction_text(summary, 0) + "\n" + direction_text(summary, 1) + "\n";
  text += "Cost\n";
  for (const Summary::Peer& peer : summary.peers) {
    text += format("  %-6s %.3f CPU seconds a second, at most %.0f MB of memory\n", (peer.name + ":").c_str(),
                   peer.cpu_per_second, peer.peak_memory_mb);
  }
  text += "\n" + wire_text(summary) + "\nChecks\n";
  for (const Check& entry : checks) {
    text += format("  %-6s %s: %s\n", entry.passed ? "ok" : "FAILED", entry.what.c_str(), entry.detail.c_str());
  }
  return text;
}

}  // namespace sotto::tools
