#include "tools/report/link_rates.hpp"

#include <algorithm>
#include <set>

namespace sotto::tools {
namespace {

std::optional<double> kbps_of(const transport::LinkSettings& settings) {
  if (!settings.rate) return std::nullopt;
  return static_cast<double>(settings.rate->bps()) / 1000;
}

/// What the link carries at `time` since its start.
std::optional<double> kbps_at(const transport::LinkProfile& profile, Duration time) {
  const bool dark = std::any_of(profile.blackouts.begin(), profile.blackouts.end(), [&](const auto& blackout) {
    return time >= blackout.at && time < blackout.at + blackout.length;
  });
  if (dark) return 0;
  std::optional<double> kbps = kbps_of(profile.settings);
  for (const auto& change : profile.changes) {
    if (change.at <= time) kbps = kbps_of(change.settings);
  }
  return kbps;
}

}  // namespace

void add_link(ReportData& report, const std::string& text, const transport::LinkProfile& profile, Timestamp started) {
  report.link = text;
  std::set<Duration> moments{0us};
  for (const auto& change : profile.changes) moments.insert(change.at);
  for (const auto& blackout : profile.blackouts) moments.insert({blackout.at, blackout.at + blackout.length});
  report.link_rates.clear();
  for (const Duration moment : moments) {
    report.link_rates.push_back({to_seconds(started + moment - report.accepted), kbps_at(profile, moment)});
  }
}

}  // namespace sotto::tools
