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

std::vector<CallRecord::Shown> CallRecord::shown() const {
  std::vector<Shown> shown;
  std::optional<Timestamp> last;
  bool broken = true;
  for (size_t i = 0; i < pictures.size(); ++i) {
    const Picture& picture = pictures[i];
    if (picture.key_frame) broken = false;
    if (!picture.complete) broken = true;
    if (broken) continue;
    last = std::max(last.value_or(*picture.complete), *picture.complete);
    shown.push_back({.captured = picture.captured - start, .when = *last - start, .picture = i});
  }
  return shown;
}

Duration CallRecord::latency_percentile(double part, Duration from, Duration to) const {
  std::vector<Duration> latencies;
  for (const Shown& picture : shown()) {
    if (picture.captured >= from && picture.captured < to) latencies.push_back(picture.when - picture.captured);
  }
  return percentile(std::move(latencies), part);
}

double CallRecord::pictures_per_second(Duration from, Duration to) const {
  int count = 0;
  for (const Shown& picture : shown()) count += picture.when >= from && picture.when < to ? 1 : 0;
  return count / to_seconds(to - from);
}

std::vector<Freeze> CallRecord::freezes(Duration from, Duration to) const {
  constexpr Duration kFreeze = 183ms;
  std::vector<Freeze> freezes;
  Duration last = from;
  const auto note = [&](Duration when, size_t picture) {
    if (when - last > kFreeze) freezes.push_back({.from = last, .to = when, .picture = picture});
    last = when;
  };
  for (const Shown& picture : shown()) {
    if (picture.when >= from && picture.when < to && picture.when > last) note(picture.when, picture.picture);
  }
  note(to, pictures.size());
  return freezes;
}

Duration CallRecord::frozen(Duration from, Duration to) const {
  Duration sum{};
  for (const Freeze& freeze : freezes(from, to)) sum += freeze.to - freeze.from;
  return sum;
}

}  // namespace sotto::simulation
