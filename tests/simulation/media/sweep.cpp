#include "sweep.hpp"

#include <algorithm>
#include <cmath>

#include "base/random.hpp"
#include "simulated_call.hpp"

namespace sotto::simulation {
namespace {

constexpr Duration kBegins = 10s;  // what the start costs is the business of other tests
constexpr Duration kEnds = 50s;
// What a call with all that it wants sends: 2.5 Mbit/s of pictures, and the sound, with headers.
constexpr DataRate kWanted = DataRate::kbps(2600);

std::string milliseconds(Duration time) { return std::to_string(time / 1ms) + "ms"; }

std::string percent(double part) { return std::to_string(std::lround(part * 100)) + "%"; }

std::string kilobits(DataRate rate) { return std::to_string(rate.bps() / 1000) + "k"; }

std::string link(DataRate rate, Duration round_trip, Duration queue) {
  return "rate=" + kilobits(rate) + ",delay=" + milliseconds(round_trip / 2) + ",queue=" + milliseconds(queue);
}

template <typename T>
std::vector<T> choose(bool coarse, std::vector<T> few, std::vector<T> all) {
  return coarse ? std::move(few) : std::move(all);
}

void add_losses(bool coarse, std::vector<SweepCell>& cells) {
  for (const int64_t rate : choose<int64_t>(coarse, {150, 600, 4000}, {100, 150, 300, 600, 1500, 4000, 10000})) {
    for (const double loss : choose<double>(coarse, {0, 0.1}, {0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4})) {
      for (const Duration round_trip : choose<Duration>(coarse, {50ms}, {10ms, 50ms, 150ms, 400ms})) {
        for (const Duration queue : choose<Duration>(coarse, {300ms}, {50ms, 300ms, 2s})) {
          const std::string network = link(DataRate::kbps(rate), round_trip, queue) + ",loss=" + percent(loss);
          cells.push_back({"loss", DataRate::kbps(rate), loss, round_trip, queue, network});
        }
      }
    }
  }
}

void add_bursts(bool coarse, std::vector<SweepCell>& cells) {
  for (const int64_t rate : choose<int64_t>(coarse, {1500}, {300, 1500, 4000})) {
    for (const double loss : choose<double>(coarse, {0.05}, {0.02, 0.05, 0.1, 0.2})) {
      for (const int length : choose<int>(coarse, {4}, {2, 4, 8})) {
        const std::string network = link(DataRate::kbps(rate), 50ms, 300ms) + ",burst=" + percent(loss) + "/";
        cells.push_back({"bursts of " + std::to_string(length), DataRate::kbps(rate), loss, 50ms, 300ms,
                         network + std::to_string(length)});
      }
    }
  }
}

void add_jitter(bool coarse, std::vector<SweepCell>& cells) {
  for (const int64_t rate : choose<int64_t>(coarse, {1500}, {300, 1500, 4000})) {
    for (const Duration jitter : choose<Duration>(coarse, {30ms}, {10ms, 30ms, 80ms})) {
      for (const bool overtaking : {false, true}) {
        const std::string network = link(DataRate::kbps(rate), 200ms, 300ms) + ",jitter=" + milliseconds(jitter);
        cells.push_back({"jitter of " + milliseconds(jitter) + (overtaking ? ", overtaking" : ""), DataRate::kbps(rate),
                         0, 200ms, 300ms, network + (overtaking ? ",overtaking=yes" : "")});
      }
    }
  }
}

// The rate of a link that people share goes up and down by up to a factor of four, each few seconds.
SweepCell random_walk(uint64_t seed) {
  SeededRandom random(seed);
  const auto uniform = [&](double from, double to) {
    return from + (to - from) * static_cast<double>(random.u64() >> 11) * 0x1.0p-53;
  };
  constexpr double kLowest = 150e3;
  constexpr double kHighest = 5e6;
  double rate = std::exp(uniform(std::log(kLowest), std::log(kHighest)));
  std::string network = link(DataRate::bps(static_cast<int64_t>(rate)), 50ms, 300ms);
  double carried = 0;
  Duration at{};
  while (at < kEnds) {
    const Duration until = std::min(kEnds, at + Duration(static_cast<int64_t>(uniform(2e6, 8e6))));
    const double counted = to_seconds(std::max(until, kBegins) - std::max(at, kBegins));
    carried += counted * std::min(rate, static_cast<double>(kWanted.bps()));
    at = until;
    rate = std::clamp(rate * std::exp(uniform(-std::log(4.0), std::log(4.0))), kLowest, kHighest);
    if (at < kEnds)
      network += "; " + milliseconds(at) + ": rate=" + kilobits(DataRate::bps(static_cast<int64_t>(rate)));
  }
  const auto mean = static_cast<int64_t>(carried / to_seconds(kEnds - kBegins));
  return {"walk " + std::to_string(seed), DataRate::bps(mean), 0, 50ms, 300ms, network};
}

bool is_walk(const SweepCell& cell) { return cell.family.starts_with("walk"); }

// Nothing leaves a thin link sooner than the packets before it: three of 1200 bytes.
Duration three_packets(DataRate rate) { return Duration(int64_t{3} * 1228 * 8 * 1'000'000 / rate.bps()); }

}  // namespace

std::vector<SweepCell> sweep_cells(bool coarse) {
  std::vector<SweepCell> cells;
  add_losses(coarse, cells);
  add_bursts(coarse, cells);
  add_jitter(coarse, cells);
  for (uint64_t seed = 1; seed <= (coarse ? 3 : 40); ++seed) cells.push_back(random_walk(seed));
  return cells;
}

SweepFigures measure(const SweepCell& cell, uint64_t seed) {
  const CallRecord call = simulate({.network = cell.network, .length = kEnds, .seed = seed, .sums = true});
  const DataRate possible = std::min(cell.rate * (1 - cell.loss), kWanted);
  const double use = call.delivered(kBegins, kEnds).kbps() / possible.kbps();
  return {.use = use,
          .queue_p95 = call.queue_percentile(0.95, kBegins, kEnds),
          .sound_late_p95 = call.audio_percentile(0.95, kBegins, kEnds) - cell.round_trip / 2,
          .picture_p95 = call.latency_percentile(0.95, kBegins, kEnds),
          .pictures_per_second = call.pictures_per_second(kBegins, kEnds),
          .frozen = to_seconds(call.frozen(kBegins, kEnds)) / to_seconds(kEnds - kBegins)};
}

std::vector<std::string> broken_rules(const SweepCell& cell, const SweepFigures& figures) {
  std::vector<std::string> broken;
  const auto rule = [&](const char* what, bool holds, double value, double bound) {
    if (holds) return;
    broken.push_back(cell.network + " (" + cell.family + "): " + what + " is " + std::to_string(value) + ", not " +
                     std::to_string(bound));
  };
  const auto at_most = [&](const char* what, double value, double bound) { rule(what, value <= bound, value, bound); };
  const auto at_least = [&](const char* what, double value, double bound) { rule(what, value >= bound, value, bound); };
  // Where more than a tenth is lost, where a picture is a packet or two, or where packets overtake each other by 80 ms,
  // no rule holds yet: the table tells how it is there.
  const bool beyond = cell.loss > 0.1 || cell.rate < DataRate::kbps(300) || cell.family.starts_with("jitter of 80ms");
  if (beyond) return broken;
  const bool bursts = cell.family.starts_with("bursts");
  const double packets = to_milliseconds(three_packets(cell.rate));
  const bool changes = is_walk(cell) || cell.family.starts_with("jitter");
  at_most("the queue (ms, 95 %)", to_milliseconds(figures.queue_p95), (changes || bursts ? 310 : 130) + packets);
  at_least("the use of the link", figures.use, is_walk(cell) ? 0.7 : changes || bursts ? 0.6 : 0.75);
  at_least("pictures a second", figures.pictures_per_second, 20);
  at_most("the part that is frozen", figures.frozen, bursts ? 0.4 : 0.05 + 1.5 * cell.loss + (changes ? 0.06 : 0));
  return broken;
}

void write_head(std::FILE* file) {
  std::fputs(
      "family,rate_kbps,loss,rtt_ms,queue_ms,use,queue_p95_ms,sound_late_p95_ms,picture_p95_ms,pictures_per_second,"
      "frozen,broken,network\n",
      file);
}

void write_row(std::FILE* file, const SweepCell& cell, const SweepFigures& figures, bool broken) {
  std::fprintf(file, "\"%s\",%lld,%.2f,%.0f,%.0f,%.3f,%.0f,%.0f,%.0f,%.1f,%.4f,%d,\"%s\"\n", cell.family.c_str(),
               static_cast<long long>(cell.rate.bps() / 1000), cell.loss, to_milliseconds(cell.round_trip),
               to_milliseconds(cell.queue), figures.use, to_milliseconds(figures.queue_p95),
               to_milliseconds(figures.sound_late_p95), to_milliseconds(figures.picture_p95),
               figures.pictures_per_second, figures.frozen, broken ? 1 : 0, cell.network.c_str());
}

}  // namespace sotto::simulation
