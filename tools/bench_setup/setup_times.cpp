#include "tools/bench_setup/setup_times.hpp"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <string>

#include "engine/simulation/simulated_call.hpp"

namespace sotto::tools {
namespace {

constexpr Duration kRing = 3s;
constexpr Duration kPatience = 60s;
constexpr double kNever = std::numeric_limits<double>::infinity();

std::string network_of(const SetupCell& cell) {
  char text[64];
  std::snprintf(text, sizeof text, "delay=%ldus,loss=%g%%", static_cast<long>((cell.round_trip / 2).count()),
                cell.loss * 100);
  return text;
}

std::optional<Timestamp> later(std::optional<Timestamp> a, std::optional<Timestamp> b) {
  if (!a || !b) return std::nullopt;
  return std::max(*a, *b);
}

/// The last of a thing that has to happen at both ends.
template <typename When>
std::optional<Timestamp> at_both(simulation::SimulatedCall& call, When when) {
  if (call.alice().call() == nullptr || call.bob().call() == nullptr) return std::nullopt;
  return later(when(call.alice().call()->statistics().timeline), when(call.bob().call()->statistics().timeline));
}

SetupPercentiles percentiles(std::vector<double> values) {
  const auto at = [&](double part) -> std::optional<double> {
    if (values.empty()) return std::nullopt;
    const auto index = std::min(values.size() - 1, static_cast<size_t>(part * static_cast<double>(values.size())));
    return values[index] == kNever ? std::nullopt : std::optional(values[index]);
  };
  std::ranges::sort(values);
  return {.p50 = at(0.5), .p99 = at(0.99)};
}

}  // namespace

SetupTimes measure_setup(const SetupCell& cell, uint64_t seed) {
  simulation::SimulatedCall call(
      {.network = network_of(cell), .signaling = {.delay = cell.round_trip / 2, .loss = cell.loss}, .seed = seed});
  const Timestamp dialed = call.machine().now();
  std::optional<Timestamp> accepted;
  call.bob().on_ringing([&] {
    call.machine().after(kRing, [&] {
      accepted = call.machine().now();
      call.bob().accept();
    });
  });
  call.dial();

  const auto keys = [](const CallTimeline& timeline) { return timeline.media_keys_ready; };
  const auto media = [](const CallTimeline& timeline) { return later(timeline.first_audio, timeline.first_video); };
  // A look each 10 ms finds when it is over; the times themselves are exact.
  while (!at_both(call, media) && call.machine().now() < dialed + kPatience) call.run(10ms);

  const auto round_trips = [&](std::optional<Timestamp> since, std::optional<Timestamp> when) -> std::optional<double> {
    if (!since || !when) return std::nullopt;
    return static_cast<double>((*when - *since).count()) / static_cast<double>(cell.round_trip.count());
  };
  return {.ringing = round_trips(dialed, call.alice().call()->statistics().timeline.ringing),
          .warm = round_trips(dialed, at_both(call, keys)),
          .media = round_trips(accepted, at_both(call, media))};
}

SetupSummary summarize(const SetupCell& cell, const std::vector<SetupTimes>& calls) {
  std::vector<double> ringing;
  std::vector<double> warm;
  std::vector<double> media;
  SetupSummary summary{.cell = cell, .calls = calls.size()};
  for (const SetupTimes& times : calls) {
    ringing.push_back(times.ringing.value_or(kNever));
    warm.push_back(times.warm.value_or(kNever));
    media.push_back(times.media.value_or(kNever));
    if (!times.ringing || !times.warm || !times.media) ++summary.failed;
  }
  summary.ringing = percentiles(std::move(ringing));
  summary.warm = percentiles(std::move(warm));
  summary.media = percentiles(std::move(media));
  return summary;
}

}  // namespace sotto::tools
