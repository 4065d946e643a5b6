#include "tools/report/figures.hpp"

#include <algorithm>
#include <cmath>

namespace sotto::tools {
namespace {

// Until then the estimator may still be finding out what the path carries.
constexpr double kStartSeconds = 3;
// Of what pictures are worth; above it nobody sees the difference.
constexpr double kEnough = 0.95;

double at_share(std::vector<double>& values, double part) {
  const auto at = static_cast<size_t>(std::lround(part * static_cast<double>(values.size() - 1)));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
  return values[at];
}

std::optional<Percentiles> percentiles(std::vector<double> values, double most = 0.95) {
  values.erase(std::remove_if(values.begin(), values.end(), [](double value) { return !std::isfinite(value); }),
               values.end());
  if (values.empty()) return std::nullopt;
  const double half = at_share(values, 0.5);
  return Percentiles{half, at_share(values, most)};
}

std::vector<double> values_of(const std::vector<TimedValue>& points) {
  std::vector<double> values;
  for (const TimedValue& point : points) values.push_back(point.value);
  return values;
}

std::optional<double> ratio(double part, double whole) {
  return whole > 0 ? std::optional(std::clamp(part / whole, 0.0, 1.0)) : std::nullopt;
}

/// Looks at the samples past the start in which pictures had less than they are worth.
void add_limits(const std::vector<CallSample>& samples, const TalkSpan& span, DirectionFigures& figures) {
  double counted = 0, less = 0, had = 0;
  for (const CallSample& sample : samples) {
    if (sample.video_useful_bps == 0) continue;
    if (to_seconds(Timestamp{Duration(sample.time_us)} - span.accepted) < kStartSeconds) continue;
    ++counted;
    const auto target = static_cast<double>(sample.video_target_bps);
    if (target >= kEnough * static_cast<double>(sample.video_useful_bps)) continue;
    ++less;
    had += target / 1000;
  }
  figures.limited_share = ratio(less, counted);
  if (less > 0) figures.limited_kbps = had / less;
}

void add_sender(const std::vector<CallSample>& samples, const TalkSpan& span, DirectionFigures& figures) {
  if (samples.size() < 2) return;
  const CallSample &first = samples.front(), &last = samples.back();
  const auto grown = [&](int64_t CallSample::*counter) { return static_cast<double>(last.*counter - first.*counter); };
  const double seconds = grown(&CallSample::time_us) / 1e6;
  if (seconds > 0) figures.sent_kbps = grown(&CallSample::bytes_sent) * 8 / 1000 / seconds;
  const Series series = sent_series(samples, span);
  if (const auto allowed = percentiles(series.column("allowed_kbps")); allowed && allowed->most > 0) {
    figures.allowed_kbps = allowed->half;
  }
  figures.round_trip_ms = percentiles(series.column("round_trip_ms"));
  figures.lost_share = ratio(grown(&CallSample::packets_reported_lost), grown(&CallSample::packets_sent));
  const double encoded = grown(&CallSample::frames_encoded);
  if (encoded <= 0) return;
  figures.useful_kbps = static_cast<double>(last.video_useful_bps) / 1000;
  add_limits(samples, span, figures);
  figures.skipped_share = ratio(grown(&CallSample::frames_skipped), grown(&CallSample::frames_captured));
  figures.encode_ms = grown(&CallSample::encode_us) / 1000 / encoded;
}

void add_receiver(const std::vector<CallSample>& samples, const TalkSpan& span, DirectionFigures& figures) {
  if (samples.size() < 2) return;
  const CallSample &first = samples.front(), &last = samples.back();
  const auto grown = [&](int64_t CallSample::*counter) { return static_cast<double>(last.*counter - first.*counter); };
  const double lost = std::max(0.0, grown(&CallSample::packets_lost));
  // What the receiver counts is exact; what the sender is told may be lost itself.
  figures.lost_share = ratio(lost, lost + grown(&CallSample::packets_received));
  if (lost > 0) figures.repaired_share = ratio(grown(&CallSample::packets_recovered), lost);
  figures.made_up_share = ratio(grown(&CallSample::samples_concealed), grown(&CallSample::samples_played));
  figures.held_ms = percentiles(received_series(samples, span).column("held_ms"));
  const double seconds = grown(&CallSample::time_us) / 1e6;
  if (seconds > 0) figures.received_kbps = grown(&CallSample::bytes_received) * 8 / 1000 / seconds;
  if (grown(&CallSample::frames_shown) <= 0 || seconds <= 0) return;
  figures.pictures_per_second = grown(&CallSample::frames_shown) / seconds;
  figures.freezes = grown(&CallSample::freezes);
  figures.frozen_ms = grown(&CallSample::frozen_us) / 1000;
}

}  // namespace

DirectionFigures figures_of(const ReportDirection& direction, const TalkSpan& span) {
  DirectionFigures figures;
  add_sender(within(direction.sender, span), span, figures);
  add_receiver(within(direction.receiver, span), span, figures);
  figures.picture_delay_ms = percentiles(values_of(direction.picture_delays));
  figures.sound_delay_ms = percentiles(values_of(direction.sound_delays));
  figures.psnr = percentiles(values_of(direction.psnr), 0.05);
  if (!direction.ssim.empty()) {
    double sum = 0;
    for (const TimedValue& point : direction.ssim) sum += point.value;
    figures.ssim = sum / static_cast<double>(direction.ssim.size());
  }
  figures.sound_correlation = direction.sound_correlation;
  return figures;
}

}  // namespace sotto::tools
