#include "tools/report/report_json.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "tools/harness/base64.hpp"
#include "tools/harness/timeline_steps.hpp"
#include "tools/report/figures.hpp"
#include "tools/report/findings.hpp"
#include "tools/report/series.hpp"

namespace sotto::tools {
namespace {

using nlohmann::json;

constexpr int kFormat = 1;

/// A number with `digits` behind the point, which is all that was measured; null if it is none.
json number(double value, int digits = 2) {
  if (!std::isfinite(value)) return nullptr;
  const double scale = std::pow(10.0, digits);
  return std::round(value * scale) / scale;
}

json number(const std::optional<double>& value, int digits = 2) { return value ? number(*value, digits) : json(); }

json numbers(const std::vector<double>& values, int digits = 2) {
  json list = json::array();
  for (const double value : values) list.push_back(number(value, digits));
  return list;
}

std::string calendar(WallTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  const size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text, size};
}

json data_uri(const char* type, ByteView bytes) {
  if (bytes.empty()) return nullptr;
  return "data:" + std::string(type) + ";base64," + encode_base64(bytes);
}

json series_json(const Series& series) {
  if (series.seconds.empty()) return nullptr;
  json report = {{"seconds", numbers(series.seconds, 3)}};
  for (const auto& [name, values] : series.columns) report[name] = numbers(values);
  return report;
}

json points_json(const std::vector<TimedValue>& points, const char* name, int digits) {
  if (points.empty()) return nullptr;
  json seconds = json::array(), values = json::array();
  for (const TimedValue& point : points) {
    seconds.push_back(number(point.seconds, 3));
    values.push_back(number(point.value, digits));
  }
  return {{"seconds", seconds}, {name, values}};
}

json percentiles_json(const std::optional<Percentiles>& values) {
  if (!values) return nullptr;
  return {{"half", number(values->half)}, {"most", number(values->most)}};
}

json figures_json(const DirectionFigures& figures) {
  return {{"sent_kbps", number(figures.sent_kbps)},
          {"received_kbps", number(figures.received_kbps)},
          {"allowed_kbps", number(figures.allowed_kbps)},
          {"useful_kbps", number(figures.useful_kbps)},
          {"limited_share", number(figures.limited_share, 4)},
          {"limited_kbps", number(figures.limited_kbps)},
          {"skipped_share", number(figures.skipped_share, 4)},
          {"encode_ms", number(figures.encode_ms)},
          {"lost_share", number(figures.lost_share, 5)},
          {"repaired_share", number(figures.repaired_share, 4)},
          {"made_up_share", number(figures.made_up_share, 5)},
          {"pictures_per_second", number(figures.pictures_per_second)},
          {"freezes", number(figures.freezes, 0)},
          {"frozen_ms", number(figures.frozen_ms, 1)},
          {"held_ms", percentiles_json(figures.held_ms)},
          {"round_trip_ms", percentiles_json(figures.round_trip_ms)},
          {"picture_delay_ms", percentiles_json(figures.picture_delay_ms)},
          {"sound_delay_ms", percentiles_json(figures.sound_delay_ms)},
          {"psnr_db", percentiles_json(figures.psnr)},
          {"ssim", number(figures.ssim, 4)},
          {"sound_correlation", number(figures.sound_correlation, 4)}};
}

json sound_json(const std::optional<SoundPicture>& sound, ReportPictures pictures) {
  if (!sound) return nullptr;
  json levels = json::array();
  for (const float level : sound->levels) levels.push_back(number(level, 1));
  json report = {{"start", number(sound->start_seconds, 3)},
                 {"seconds", number(sound->seconds, 3)},
                 {"top_hz", sound->top_hz},
                 {"level_db", levels}};
  if (pictures == ReportPictures::kInlined) report["image"] = data_uri("image/png", sound->png);
  return report;
}

json pairs_json(const std::vector<PicturePair>& pairs, ReportPictures pictures) {
  json list = json::array();
  for (const PicturePair& pair : pairs) {
    json entry = {{"second", number(pair.seconds, 2)}, {"psnr_db", number(pair.psnr)}, {"ssim", number(pair.ssim, 4)}};
    if (pictures == ReportPictures::kInlined) {
      entry["sent"] = data_uri("image/webp", pair.sent);
      entry["received"] = data_uri("image/webp", pair.received);
    }
    list.push_back(std::move(entry));
  }
  return list;
}

json direction_json(const ReportDirection& direction, const DirectionFigures& figures, const TalkSpan& span,
                    ReportPictures pictures) {
  return {{"from", direction.from},
          {"to", direction.to},
          {"figures", figures_json(figures)},
          {"sent", series_json(sent_series(direction.sender, span))},
          {"received", series_json(received_series(direction.receiver, span))},
          {"psnr", points_json(direction.psnr, "db", 2)},
          {"ssim", points_json(direction.ssim, "ssim", 4)},
          {"picture_delay", points_json(direction.picture_delays, "ms", 2)},
          {"sound_delay", points_json(direction.sound_delays, "ms", 2)},
          {"sound_sent", sound_json(direction.sound_sent, pictures)},
          {"sound_received", sound_json(direction.sound_received, pictures)},
          {"pictures", pairs_json(direction.pictures, pictures)}};
}

json timeline_json(const CallTimeline& timeline, Timestamp dialed) {
  json steps = json::object();
  const auto add = [&](const char* name, const std::optional<Timestamp>& time) {
    if (time) steps[name] = number(to_milliseconds(*time - dialed));
  };
  add("dialed", timeline.dialed);
  for_each_step(timeline, add);
  return steps;
}

json party_json(const ReportParty& party, Timestamp dialed) {
  return {{"name", party.name},
          {"cpu_per_second", number(party.cpu_per_second, 3)},
          {"peak_memory_mb", number(party.peak_memory_mb, 1)},
          {"setup_ms", party.timeline ? timeline_json(*party.timeline, dialed) : json()}};
}

json security_json(const CallSecurity& security) {
  json symbols = json::array();
  if (security.sas_symbols) {
    for (const uint8_t symbol : *security.sas_symbols) symbols.push_back(sas_symbol_name(symbol));
  }
  return {{"peer_class", security.peer_class},
          {"handshake", security.handshake},
          {"dtls", security.dtls_version},
          {"dtls_cipher", security.dtls_cipher},
          {"srtp", security.srtp_profile},
          {"keys_mixed", security.keys_mixed},
          {"peer_confirmed", security.peer_confirmed},
          {"peer_verified", security.peer_verified},
          {"local_fingerprint", security.local_fingerprint},
          {"peer_fingerprint", security.peer_fingerprint},
          {"safety_number", security.safety_number},
          {"symbols", symbols}};
}

json link_json(const ReportData& report) {
  if (report.link.empty()) return nullptr;
  json seconds = json::array(), kbps = json::array();
  for (const LinkRate& rate : report.link_rates) {
    seconds.push_back(number(rate.seconds, 3));
    kbps.push_back(number(rate.kbps, 1));
  }
  return {{"emulated", report.link}, {"seconds", seconds}, {"kbps", kbps}};
}

const char* name_of(CallFinding::Weight weight) {
  switch (weight) {
    case CallFinding::Weight::kGood:
      return "good";
    case CallFinding::Weight::kNote:
      return "note";
    case CallFinding::Weight::kBad:
      return "bad";
  }
  return "";
}

}  // namespace

json to_json(const ReportData& report, ReportPictures pictures) {
  const TalkSpan span{report.accepted, report.seconds};
  std::vector<DirectionFigures> figures;
  json directions = json::array(), parties = json::array(), told = json::array(), checks = json::array();
  for (const ReportDirection& direction : report.directions) {
    figures.push_back(figures_of(direction, span));
    directions.push_back(direction_json(direction, figures.back(), span, pictures));
  }
  for (const ReportParty& party : report.parties) parties.push_back(party_json(party, report.dialed));
  const std::vector<CallFinding> findings = find_limits(report, figures);
  for (const CallFinding& finding : findings)
    told.push_back({{"weight", name_of(finding.weight)}, {"text", finding.text}});
  for (const ReportCheck& check : report.checks) {
    checks.push_back({{"what", check.what}, {"passed", check.passed}, {"detail", check.detail}});
  }
  json wire = json::array();
  for (const ReportDatagrams& datagrams : report.wire) {
    wire.push_back({{"kind", datagrams.kind}, {"datagrams", datagrams.count}, {"bytes", datagrams.bytes}});
  }
  return {{"format", kFormat},
          {"program", report.program},
          {"began", calendar(report.began)},
          {"seconds", number(report.seconds, 3)},
          {"end", report.end},
          {"headline", headline(report, findings)},
          {"findings", told},
          {"parties", parties},
          {"accepted_ms", number(to_milliseconds(report.accepted - report.dialed))},
          {"security", security_json(report.security)},
          {"path", report.path},
          {"link", link_json(report)},
          {"directions", directions},
          {"checks", checks},
          {"wire", wire}};
}

}  // namespace sotto::tools
