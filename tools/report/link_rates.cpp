#include "tools/report/link_rates.hpp"

#include <algorithm>
#include <set>

#include "transport/emulation/link_profile.hpp"

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

Result<void> add_link(ReportData& report, const std::string& network, Timestamp started) {
  const Result<transport::LinkProfile> read = transport::parse_link_profile(network);
  if (!read.ok()) return read.error();
  const transport::LinkProfile& profile = read.value();
  report.link = network;
  std::set<Duration> moments{0us};
  for (const auto& change : profile.changes) moments.insert(change.at);
  for (const auto& blackout : profile.blackouts) moments.insert({blackout.at, blackout.at + blackout.length});
  report.link_rates.clear();
  for (const Duration moment : moments) {
    report.link_rates.push_back({to_seconds(started + moment - report.accepted), kbps_at(profile, moment)});
  }
  return {};
}

}  // namespace sotto::tools
