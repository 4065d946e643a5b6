#include "tools/bench_audio/trace_maker.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include "base/random.hpp"

namespace sotto::tools {
namespace {

constexpr Duration kBase = 25ms;  // one way, of a path that has nothing to do
constexpr size_t kBytes = 80;     // 20 ms at 32 kbit/s

Duration part_of(Duration time, double part) {
  return Duration(std::llround(static_cast<double>(time.count()) * part));
}

/// What a path does to one packet after the other.
class Path {
 public:
  explicit Path(uint64_t seed) : random_(seed) {}
  virtual ~Path() = default;
  /// When the packet sent at `sent` comes out, or nothing if it does not. Called with times that only grow.
  virtual std::optional<Duration> carry(Duration sent) = 0;

 protected:
  /// Evenly from 0 to 1.
  double roll() { return static_cast<double>(random_.u64() >> 11) / 9007199254740992.0; }  // 2^53
  bool happens(double chance) { return roll() < chance; }
  Duration within(Duration low, Duration high) { return low + part_of(high - low, roll()); }
  /// How long until what happens each `mean` on average happens next, by chance alone.
  Duration wait(Duration mean) { return part_of(mean, -std::log(1.0 - roll())); }
  /// The delay of machines that are not idle: mostly little, up to 3 ms.
  Duration ordinary() { return kBase + part_of(3ms, std::pow(roll(), 3.0)); }

 private:
  SeededRandom random_;
};

class Clean final : public Path {
 public:
  using Path::Path;
  std::optional<Duration> carry(Duration sent) override { return sent + ordinary(); }
};

/// Loses each packet by itself.
class RandomLoss final : public Path {
 public:
  RandomLoss(uint64_t seed, double loss) : Path(seed), loss_(loss) {}
  std::optional<Duration> carry(Duration sent) override {
    const Duration arrival = sent + ordinary();
    return happens(loss_) ? std::nullopt : std::optional(arrival);
  }

 private:
  const double loss_;
};

/// Gilbert's model: good and bad stretches, all lost in the bad ones; 4 packets long, 5 % of all.
class BurstLoss final : public Path {
 public:
  using Path::Path;
  std::optional<Duration> carry(Duration sent) override {
    bad_ = happens(bad_ ? 1 - 1.0 / 4 : 0.05 / 0.95 / 4);
    const Duration arrival = sent + ordinary();
    return bad_ ? std::nullopt : std::optional(arrival);
  }

 private:
  bool bad_ = false;
};

/// Carries nothing at times, and then what has waited all at once: neither loss nor overtaking.
class Stalling final : public Path {
 public:
  Stalling(uint64_t seed, Duration mean_gap, Duration shortest, Duration longest)
      : Path(seed), mean_gap_(mean_gap), shortest_(shortest), longest_(longest), begins_(wait(mean_gap)) {
    ends_ = begins_ + within(shortest_, longest_);
  }
  std::optional<Duration> carry(Duration sent) override {
    while (sent >= ends_) {
      begins_ = ends_ + wait(mean_gap_);
      ends_ = begins_ + within(shortest_, longest_);
    }
    const Duration free = sent >= begins_ ? ends_ : sent;
    last_ = std::max(last_, free + ordinary());
    return last_;
  }

 private:
  const Duration mean_gap_, shortest_, longest_;
  Duration begins_, ends_{};
  Duration last_{};
};

/// A device that goes from one network to another each 15 s: nothing for 0.2 to 0.6 s, of which half is lost and half
/// comes late; then a path of another length.
class Handover final : public Path {
 public:
  using Path::Path;
  std::optional<Duration> carry(Duration sent) override {
    if (sent >= next_) {
      gone_from_ = next_;
      back_at_ = next_ + within(200ms, 600ms);
      longer_ = longer_ > Duration::zero() ? 0ms : within(40ms, 80ms);
      next_ += 15s;
    }
    const Duration arrival = ordinary() + longer_;
    if (sent >= back_at_) return last_ = std::max(last_, sent + arrival);
    if (sent < gone_from_ + (back_at_ - gone_from_) / 2) return std::nullopt;
    return last_ = std::max(last_, back_at_ + arrival);
  }

 private:
  Duration next_ = 10s;
  Duration gone_from_{}, back_at_{};
  Duration longer_{};
  Duration last_{};
};

/// Two ways of different length for the packets of one stream: one in ten takes the longer.
class Reordering final : public Path {
 public:
  using Path::Path;
  std::optional<Duration> carry(Duration sent) override {
    const Duration arrival = sent + ordinary();
    return happens(0.1) ? arrival + within(25ms, 60ms) : arrival;
  }
};

/// A shared line whose queue others fill each few seconds: the delay climbs within half a second and falls again.
class Bloat final : public Path {
 public:
  using Path::Path;
  std::optional<Duration> carry(Duration sent) override {
    while (sent >= begins_ + 2 * kClimb) {
      begins_ += 2 * kClimb + 2s + wait(3s);
      highest_ = within(80ms, 250ms);
    }
    const Duration since = sent - begins_;
    const Duration away = since < kClimb ? kClimb - since : since - kClimb;
    const double share = since < Duration::zero() ? 0 : 1 - to_seconds(away) / to_seconds(kClimb);
    return last_ = std::max(last_, sent + ordinary() + part_of(highest_, share));
  }

 private:
  static constexpr Duration kClimb = 500ms;
  Duration begins_ = 3s;
  Duration highest_ = 100ms;
  Duration last_{};
};

std::unique_ptr<Path> path_of(std::string_view name, uint64_t seed) {
  if (name == "clean") return std::make_unique<Clean>(seed);
  if (name == "wifi-bursts") return std::make_unique<Stalling>(seed, 150ms, 15ms, 70ms);
  if (name == "delay-spikes") return std::make_unique<Stalling>(seed, 6s, 100ms, 400ms);
  if (name == "bloat") return std::make_unique<Bloat>(seed);
  if (name == "handover") return std::make_unique<Handover>(seed);
  if (name == "reordering") return std::make_unique<Reordering>(seed);
  if (name == "loss10") return std::make_unique<RandomLoss>(seed, 0.1);
  if (name == "loss30") return std::make_unique<RandomLoss>(seed, 0.3);
  if (name == "burst-loss") return std::make_unique<BurstLoss>(seed);
  return nullptr;
}

}  // namespace

const std::vector<MadePath>& made_paths() {
  static const std::vector<MadePath> paths = {
      {"clean", "25 ms, and up to 3 ms of busy machines, as in all others"},
      {"wifi-bursts", "a radio that is busy for 15 to 70 ms, several times a second; what waited comes at once"},
      {"delay-spikes", "nothing for 100 to 400 ms, each 6 s or so; what waited comes at once"},
      {"bloat", "a queue that others fill to 80 to 250 ms within half a second and that drains as fast, each 6 s"},
      {"handover", "each 15 s another network: 0.2 to 0.6 s of nothing, then a path 40 to 80 ms longer or as before"},
      {"reordering", "one packet in ten comes 25 to 60 ms later"},
      {"loss10", "10 % of the packets, each by itself"},
      {"loss30", "30 % of the packets, each by itself"},
      {"burst-loss", "5 % of the packets, four in a row on average"},
  };
  return paths;
}

std::optional<ArrivalTrace> make_arrival_trace(std::string_view name, uint64_t seed, Duration length) {
  const std::unique_ptr<Path> path = path_of(name, seed);
  if (!path) return std::nullopt;
  ArrivalTrace trace;
  trace.sent = length / ArrivalTrace::kPacketTime;
  for (int64_t number = 0; number < trace.sent; ++number) {
    trace.packets.push_back(
        {.number = number, .arrival = path->carry(number * ArrivalTrace::kPacketTime), .bytes = kBytes});
  }
  return trace;
}

}  // namespace sotto::tools
