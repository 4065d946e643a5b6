#include <algorithm>
#include <numeric>

#include "simulated_call.hpp"

namespace sotto::simulation {
namespace {

Duration percentile(std::vector<Duration> values, double part) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, static_cast<size_t>(part * static_cast<double>(values.size())))];
}

std::vector<Duration> between(const std::vector<Duration>& values, const std::vector<Duration>& times, Duration from,
                              Duration to) {
  std::vector<Duration> found;
  for (size_t i = 0; i < values.size(); ++i) {
    if (times[i] >= from && times[i] < to) found.push_back(values[i]);
  }
  return found;
}

}  // namespace

DataRate CallRecord::mean(DataRate Sample::*of, Duration from, Duration to) const {
  int64_t sum = 0;
  int64_t count = 0;
  for (auto i = static_cast<size_t>(from / kSampleInterval);
       i < samples.size() && static_cast<int64_t>(i) * kSampleInterval < to; ++i) {
    sum += (samples[i].*of).bps();
    ++count;
  }
  return DataRate::bps(count > 0 ? sum / count : 0);
}

DataRate CallRecord::delivered(Duration from, Duration to) const { return mean(&Sample::delivered, from, to); }

double CallRecord::mean_audio_copies() const {
  return std::accumulate(audio_copies.begin(), audio_copies.end(), 0.0) / static_cast<double>(audio_copies.size());
}

DataRate CallRecord::mean_target(Duration from, Duration to) const { return mean(&Sample::target, from, to); }

DataRate CallRecord::mean_video_target(Duration from, Duration to) const {
  return mean(&Sample::video_target, from, to);
}

std::optional<Duration> CallRecord::reached(DataRate target, Duration from) const {
  for (auto i = static_cast<size_t>(from / kSampleInterval); i < samples.size(); ++i) {
    if (samples[i].target >= target) return static_cast<int64_t>(i + 1) * kSampleInterval;
  }
  return std::nullopt;
}

Duration CallRecord::queue_percentile(double part, Duration from, Duration to) const {
  return percentile(between(queue, queue_at, from, to), part);
}

Duration CallRecord::longest_queue(Duration from, Duration to) const { return queue_percentile(1, from, to); }

Duration CallRecord::queue_above_until(Duration limit, Duration from, Duration to) const {
  Duration last = from;
  for (size_t i = 0; i < queue.size(); ++i) {
    if (queue_at[i] >= from && queue_at[i] < to && queue[i] > limit) last = queue_at[i];
  }
  return last;
}

Duration CallRecord::audio_percentile(double part, Duration from, Duration to) const {
  return percentile(between(audio_delays, audio_at, from, to), part);
}

Duration CallRecord::apart_percentile(double part, Duration from, Duration to) const {
  std::vector<Duration> apart = between(sound_behind, sound_behind_at, from, to);
  for (Duration& behind : apart) behind = std::chrono::abs(behind);
  return percentile(std::move(apart), part);
}

std::vector<std::pair<Duration, Duration>> CallRecord::shown() const {
  std::vector<std::pair<Duration, Duration>> shown;
  std::optional<Timestamp> last;
  bool broken = true;
  for (const Picture& picture : pictures) {
    if (picture.key_frame) broken = false;
    if (!picture.complete) broken = true;
    if (broken) continue;
    last = std::max(last.value_or(*picture.complete), *picture.complete);
    shown.emplace_back(picture.captured - start, *last - start);
  }
  return shown;
}

Duration CallRecord::latency_percentile(double part, Duration from, Duration to) const {
  std::vector<Duration> latencies;
  for (const auto& [captured, when] : shown()) {
    if (captured >= from && captured < to) latencies.push_back(when - captured);
  }
  return percentile(std::move(latencies), part);
}

double CallRecord::pictures_per_second(Duration from, Duration to) const {
  int count = 0;
  for (const auto& [captured, when] : shown()) count += when >= from && when < to ? 1 : 0;
  return count / to_seconds(to - from);
}

Duration CallRecord::frozen(Duration from, Duration to) const {
  constexpr Duration kFreeze = 183ms;
  Duration sum{};
  Duration last = from;
  const auto note = [&](Duration when) {
    if (when - last > kFreeze) sum += when - last;
    last = when;
  };
  for (const auto& [captured, when] : shown()) {
    if (when >= from && when < to && when > last) note(when);
  }
  note(to);
  return sum;
}

}  // namespace sotto::simulation
