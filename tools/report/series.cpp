#include "tools/report/series.hpp"

#include <algorithm>
#include <limits>

#include "base/assert.hpp"

namespace sotto::tools {
namespace {

constexpr int64_t kRateWindow = 500'000;     // us; several pictures, so that large ones do not look like changes
constexpr int64_t kShareWindow = 1'000'000;  // us
constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

using Counter = int64_t CallSample::*;

/// Samples, and what grew between each and one that was taken a window earlier.
class Growth {
 public:
  Growth(const std::vector<CallSample>& samples, int64_t window) : samples_(samples) {
    size_t from = 0;
    for (size_t i = 1; i < samples.size(); ++i) {
      while (from + 1 < i && samples[i].time_us - samples[from + 1].time_us >= window) ++from;
      starts_.push_back(from);
    }
  }

  /// Of the sample behind the first, `i` of them later.
  double of(Counter counter, size_t i) const {
    const int64_t grown = samples_[i + 1].*counter - samples_[starts_[i]].*counter;
    // RTCP's count of lost packets falls when one comes late.
    return static_cast<double>(std::max<int64_t>(grown, 0));
  }
  double seconds(size_t i) const {
    return static_cast<double>(samples_[i + 1].time_us - samples_[starts_[i]].time_us) / 1e6;
  }

 private:
  const std::vector<CallSample>& samples_;
  std::vector<size_t> starts_;
};

template <typename Value>
void add_column(Series& series, const char* name, Value value) {
  std::vector<double> values;
  values.reserve(series.seconds.size());
  for (size_t i = 0; i < series.seconds.size(); ++i) values.push_back(value(i));
  series.columns.emplace_back(name, std::move(values));
}

/// With the time of each sample but the first, from which nothing has grown.
Series empty_series(const std::vector<CallSample>& samples, const TalkSpan& span) {
  Series series;
  for (size_t i = 1; i < samples.size(); ++i) {
    const Timestamp time{Duration(samples[i].time_us)};
    series.seconds.push_back(to_seconds(time - span.accepted));
  }
  return series;
}

/// Of a counter of bytes.
double kbps(const Growth& growth, Counter counter, size_t i) {
  return growth.of(counter, i) * 8 / 1000 / growth.seconds(i);
}

double share(double part, double whole) { return whole > 0 ? std::min(100 * part / whole, 100.0) : 0; }

}  // namespace

const std::vector<double>& Series::column(const std::string& name) const {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const auto& entry) { return entry.first == name; });
  SOTTO_ASSERT(found != columns.end());
  return found->second;
}

std::vector<CallSample> within(const std::vector<CallSample>& samples, const TalkSpan& span) {
  std::vector<CallSample> inside;
  std::copy_if(samples.begin(), samples.end(), std::back_inserter(inside), [&](const CallSample& sample) {
    const double seconds = to_seconds(Timestamp{Duration(sample.time_us)} - span.accepted);
    return seconds >= 0 && seconds <= span.seconds;
  });
  return inside;
}

Series sent_series(const std::vector<CallSample>& samples, const TalkSpan& span) {
  const std::vector<CallSample> inside = within(samples, span);
  const Growth rates(inside, kRateWindow);
  const Growth shares(inside, kShareWindow);
  Series series = empty_series(inside, span);
  add_column(series, "sound_kbps", [&](size_t i) { return kbps(rates, &CallSample::audio_bytes_sent, i); });
  add_column(series, "picture_kbps", [&](size_t i) { return kbps(rates, &CallSample::video_bytes_sent, i); });
  add_column(series, "repair_kbps", [&](size_t i) { return kbps(rates, &CallSample::repair_bytes_sent, i); });
  add_column(series, "other_kbps", [&](size_t i) {
    return std::max(0.0, kbps(rates, &CallSample::bytes_sent, i) - kbps(rates, &CallSample::audio_bytes_sent, i) -
                             kbps(rates, &CallSample::video_bytes_sent, i) -
                             kbps(rates, &CallSample::repair_bytes_sent, i));
  });
  add_column(series, "told_lost_percent", [&](size_t i) {
    return share(shares.of(&CallSample::packets_reported_lost, i), shares.of(&CallSample::packets_sent, i));
  });
  const auto gauge = [&](const char* name, Counter value, double scale) {
    add_column(series, name, [&](size_t i) {
      const int64_t known = inside[i + 1].*value;
      return known < 0 ? kUnknown : static_cast<double>(known) * scale;
    });
  };
  gauge("allowed_kbps", &CallSample::send_target_bps, 1e-3);
  gauge("picture_target_kbps", &CallSample::video_target_bps, 1e-3);
  gauge("round_trip_ms", &CallSample::round_trip_us, 1e-3);
  gauge("waiting_ms", &CallSample::pacer_queue_us, 1e-3);
  gauge("copies", &CallSample::audio_copies, 1);
  return series;
}

Series received_series(const std::vector<CallSample>& samples, const TalkSpan& span) {
  const std::vector<CallSample> inside = within(samples, span);
  const Growth rates(inside, kRateWindow);
  const Growth shares(inside, kShareWindow);
  Series series = empty_series(inside, span);
  add_column(series, "sound_kbps", [&](size_t i) { return kbps(rates, &CallSample::audio_bytes_received, i); });
  add_column(series, "picture_kbps", [&](size_t i) { return kbps(rates, &CallSample::video_bytes_received, i); });
  // What was sent is what came, but for the repaired, and what is missing.
  const auto sent = [&](size_t i) {
    return shares.of(&CallSample::packets_received, i) + shares.of(&CallSample::packets_lost, i);
  };
  add_column(series, "lost_percent", [&](size_t i) { return share(shares.of(&CallSample::packets_lost, i), sent(i)); });
  add_column(series, "repaired_percent",
             [&](size_t i) { return share(shares.of(&CallSample::packets_recovered, i), sent(i)); });
  add_column(series, "made_up_percent", [&](size_t i) {
    return share(shares.of(&CallSample::samples_concealed, i), shares.of(&CallSample::samples_played, i));
  });
  add_column(series, "stretched_percent", [&](size_t i) {
    return share(shares.of(&CallSample::samples_stretched, i), shares.of(&CallSample::samples_played, i));
  });
  add_column(series, "held_ms", [&](size_t i) { return static_cast<double>(inside[i + 1].playout_delay_us) / 1000; });
  add_column(series, "wanted_ms",
             [&](size_t i) { return static_cast<double>(inside[i + 1].playout_target_us) / 1000; });
  add_column(series, "pictures_per_second",
             [&](size_t i) { return shares.of(&CallSample::frames_shown, i) / shares.seconds(i); });
  add_column(series, "frozen_percent",
             [&](size_t i) { return share(shares.of(&CallSample::frozen_us, i) / 1e6, shares.seconds(i)); });
  return series;
}

}  // namespace sotto::tools
