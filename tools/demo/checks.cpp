#include "tools/demo/format.hpp"
#include "tools/demo/summary.hpp"
#include "tools/harness/json_text.hpp"

namespace sotto::tools {
namespace {

constexpr double kLeastPsnr = 33.0;        // dB; pictures below look coded
constexpr double kLeastCorrelation = 0.8;  // Opus at 32 kbit/s reaches 0.94 with nothing lost
constexpr char kSrtpProfile[] = "SRTP_AEAD_AES_256_GCM";

uint64_t count_of(const nlohmann::json& object, const char* name) {
  if (!object.is_object()) return 0;
  const auto found = object.find(name);
  return found != object.end() && found->is_number_unsigned() ? found->get<uint64_t>() : 0;
}

// A bad network may cost quality: then what arrives at all is told and not judged.

Check check_pictures(const Direction& direction, const std::string& sender, const std::string& receiver, bool judged) {
  const std::string what = receiver + " sees what " + sender + " shows";
  if (direction.pictures.empty()) return {what, false, "no picture arrived that could be compared"};
  if (!judged) return {what, true, format("PSNR %.1f dB over %zu pictures", direction.psnr, direction.pictures.size())};
  return {what, direction.psnr > kLeastPsnr,
          format("PSNR %.1f dB over %zu pictures (above %.0f wanted)", direction.psnr, direction.pictures.size(),
                 kLeastPsnr)};
}

Check check_sound(const Direction& direction, const std::string& sender, const std::string& receiver, bool judged) {
  const std::string what = receiver + " hears what " + sender + " says";
  if (direction.sound_windows == 0) return {what, false, "no sound arrived that could be compared"};
  if (!judged) {
    return {what, true,
            format("correlation %.3f over %zu windows", direction.sound_correlation, direction.sound_windows)};
  }
  return {what, direction.sound_correlation > kLeastCorrelation,
          format("correlation %.3f over %zu windows (above %.1f wanted)", direction.sound_correlation,
                 direction.sound_windows, kLeastCorrelation)};
}

Check check_keys(const Summary& summary) {
  const nlohmann::json& alice = summary.peers[0].statistics;
  const nlohmann::json& bob = summary.peers[1].statistics;
  const auto same = [](const std::optional<std::string>& a, const std::optional<std::string>& b) {
    return a && b && !a->empty() && *a == *b;
  };
  Check result{"both hold the certificate that the other showed", false, ""};
  result.passed = same(text_of(alice, "local_fingerprint"), text_of(bob, "peer_fingerprint")) &&
                  same(text_of(bob, "local_fingerprint"), text_of(alice, "peer_fingerprint"));
  result.detail = result.passed ? "fingerprints agree crosswise" : "fingerprints do not agree";
  return result;
}

Check check_cipher(const Summary& summary) {
  Check result{"sound and picture are sealed with AES-256-GCM at both ends", true, kSrtpProfile};
  for (const Summary::Peer& peer : summary.peers) {
    const std::string profile = text_of(peer.statistics, "srtp").value_or("none");
    if (profile == kSrtpProfile) continue;
    result.passed = false;
    result.detail = peer.name + " uses " + profile;
  }
  return result;
}

Check check_classes(const WireReport& wire) {
  const uint64_t other = wire.of(DatagramClass::kOther).datagrams;
  return {"nothing else is on the wire", other == 0 && wire.outside == 0,
          format("%llu of %llu datagrams are neither STUN, DTLS, SRTP nor SRTCP; %llu go to or come from others",
                 static_cast<unsigned long long>(other), static_cast<unsigned long long>(wire.datagrams()),
                 static_cast<unsigned long long>(wire.outside))};
}

Check check_payload(const WireReport& wire) {
  return {
      "no picture or sound can be read on the wire", wire.with_payload == 0 && wire.payload_blocks > 0,
      format("%llu datagrams hold any of %llu pieces of what was encoded",
             static_cast<unsigned long long>(wire.with_payload), static_cast<unsigned long long>(wire.payload_blocks))};
}

/// Holds what was captured against what the peers count as sent.
Check check_capture(const Summary& summary) {
  const WireReport& wire = *summary.wire;
  Check result{"the wire was watched all the time", wire.lost_by_capture == 0, "saw"};
  for (size_t i = 0; i < 2; ++i) {
    const Summary::Peer& peer = summary.peers[i];
    const uint64_t sent = count_of(peer.statistics, "datagrams_sent");
    // What an emulated network lost has not come as far as the wire.
    const bool emulated = i == 0 && !summary.network.empty();
    if (sent == 0 || wire.sent_by[i] == 0 || (!emulated && wire.sent_by[i] < sent)) result.passed = false;
    result.detail +=
        format(" %llu of the %llu datagrams that %s sent,", static_cast<unsigned long long>(wire.sent_by[i]),
               static_cast<unsigned long long>(sent), peer.name.c_str());
  }
  result.detail += format(" missed %llu", static_cast<unsigned long long>(wire.lost_by_capture));
  return result;
}

}  // namespace

std::vector<Check> check(const Summary& summary) {
  const std::string& alice = summary.peers[0].name;
  const std::string& bob = summary.peers[1].name;
  const bool judged = summary.network.empty();
  std::vector<Check> checks{
      check_pictures(summary.directions[0], alice, bob, judged),
      check_pictures(summary.directions[1], bob, alice, judged),
      check_sound(summary.directions[0], alice, bob, judged),
      check_sound(summary.directions[1], bob, alice, judged),
      check_keys(summary),
      check_cipher(summary),
  };
  if (!summary.wire_wanted) return checks;
  if (!summary.wire) {
    checks.push_back({"the wire was watched all the time", false, summary.wire_problem});
    return checks;
  }
  checks.push_back(check_capture(summary));
  checks.push_back(check_classes(*summary.wire));
  checks.push_back(check_payload(*summary.wire));
  return checks;
}

}  // namespace sotto::tools
