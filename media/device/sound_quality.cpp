#include "media/device/sound_quality.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>

namespace sotto::media {
namespace {

// The delay is searched for at 8 kHz and judged at 16 kHz.
constexpr int64_t kFineRate = 16000;
constexpr int64_t kWindow = kFineRate * 320 / 1000;
constexpr int64_t kStep = kFineRate * 200 / 1000;
constexpr double kLoud = 184;                     // rms: -45 dBFS
constexpr double kMatches = 0.5;                  // correlation
constexpr double kSurely = 0.8;                   // correlation with which no other delay has to be tried
constexpr int64_t kNear = kFineRate * 60 / 1000;  // how far from the last delay to look first
constexpr int kTaps = 48;

using Sound = std::vector<float>;

/// Low-pass by a windowed sinc, and every `factor`-th sample of that, without delay.
template <typename Sample>
Sound decimate(std::span<const Sample> sound, int factor) {
  std::array<float, 2 * kTaps + 1> filter{};
  const double cutoff = 0.92 / factor;
  for (int i = -kTaps; i <= kTaps; ++i) {
    const double x = std::numbers::pi * i;
    const double sinc = i == 0 ? cutoff : std::sin(cutoff * x) / x;
    filter[static_cast<size_t>(i + kTaps)] = static_cast<float>(sinc * (0.5 + 0.5 * std::cos(x / (kTaps + 1))));
  }
  Sound out(sound.size() / static_cast<size_t>(factor));
  for (size_t k = 0; k < out.size(); ++k) {
    const auto centre = static_cast<int64_t>(k) * factor;
    const int64_t first = std::max<int64_t>(centre - kTaps, 0);
    const int64_t last = std::min<int64_t>(centre + kTaps, static_cast<int64_t>(sound.size()) - 1);
    float sum = 0;
    for (int64_t i = first; i <= last; ++i) {
      sum += filter[static_cast<size_t>(i - centre + kTaps)] * static_cast<float>(sound[static_cast<size_t>(i)]);
    }
    out[k] = sum;
  }
  return out;
}

double dot(const float* a, const float* b, int64_t count) {
  // Eight sums side by side, so that the compiler may use vectors. `count` is a multiple of 8.
  std::array<float, 8> sums{};
  for (int64_t i = 0; i < count; i += 8) {
    for (size_t lane = 0; lane < 8; ++lane)
      sums[lane] += a[i + static_cast<int64_t>(lane)] * b[i + static_cast<int64_t>(lane)];
  }
  double sum = 0;
  for (const float lane : sums) sum += lane;
  return sum;
}

double loudness(const Sound& sound, int64_t from) {
  return std::sqrt(dot(&sound[static_cast<size_t>(from)], &sound[static_cast<size_t>(from)], kWindow) / kWindow);
}

/// Where in `sent`, from `low` to `high`, `count` samples at `window` fit best.
struct Fit {
  int64_t at = 0;
  double correlation = -1;
};
Fit best_fit(const float* window, int64_t count, const Sound& sent, int64_t low, int64_t high) {
  Fit best;
  const double own = dot(window, window, count);
  double energy = dot(&sent[static_cast<size_t>(low)], &sent[static_cast<size_t>(low)], count);
  for (int64_t at = low;; ++at) {
    const float* there = &sent[static_cast<size_t>(at)];
    const double correlation = dot(window, there, count) / std::sqrt(std::max(own * energy, 1.0));
    if (correlation > best.correlation) best = {at, correlation};
    if (at == high) return best;
    energy += static_cast<double>(there[count]) * there[count] - static_cast<double>(there[0]) * there[0];
  }
}

/// The two sounds at both rates.
class Matcher {
 public:
  Matcher(std::span<const int16_t> sent, std::span<const int16_t> received)
      : sent_(decimate(sent, 3)),
        received_(decimate(received, 3)),
        coarse_sent_(decimate(std::span<const float>(sent_), 2)),
        coarse_received_(decimate(std::span<const float>(received_), 2)) {}

  int64_t windows() const { return count_of(received_) < kWindow ? 0 : (count_of(received_) - kWindow) / kStep + 1; }
  bool is_loud(int64_t window) const { return loudness(received_, window * kStep) >= kLoud; }
  bool was_loud(int64_t at) const { return at >= 0 && at + kWindow <= count_of(sent_) && loudness(sent_, at) >= kLoud; }

  /// Looks for a window among what was sent between `low` and `high`, at 16 kHz.
  std::optional<Fit> find(int64_t window, int64_t low, int64_t high) const {
    const int64_t last = std::min(count_of(sent_), 2 * count_of(coarse_sent_)) - kWindow - 2;
    low = std::max<int64_t>(low, 0);
    high = std::min(high, last);
    if (low > high) return std::nullopt;
    const int64_t from = window * kStep;
    const Fit coarse =
        best_fit(&coarse_received_[static_cast<size_t>(from / 2)], kWindow / 2, coarse_sent_, low / 2, high / 2);
    const int64_t near_low = std::max<int64_t>(2 * coarse.at - 2, 0);
    const int64_t near_high = std::min(2 * coarse.at + 2, last);
    return best_fit(&received_[static_cast<size_t>(from)], kWindow, sent_, near_low, near_high);
  }

 private:
  static int64_t count_of(const Sound& sound) { return static_cast<int64_t>(sound.size()); }

  Sound sent_, received_;                ///< at 16 kHz
  Sound coarse_sent_, coarse_received_;  ///< at 8 kHz
};

int64_t to_fine(Duration time) { return time.count() * kFineRate / 1'000'000; }

Duration delay_of(const SoundMatch& match, const SoundMatchOptions& options) {
  return options.received_start + Duration((match.received_at - match.sent_at) * 1'000'000 / 48000);
}

Duration quantile(std::vector<Duration>& values, double share) {
  if (values.empty()) return {};
  const auto index = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1) + 0.5);
  std::nth_element(values.begin(), values.begin() + index, values.end());
  return values[static_cast<size_t>(index)];
}

}  // namespace

std::vector<SoundMatch> match_sound(std::span<const int16_t> sent, std::span<const int16_t> received,
                                    const SoundMatchOptions& options) {
  const Matcher matcher(sent, received);
  const int64_t start = to_fine(options.received_start);
  std::vector<SoundMatch> matches;
  std::vector<int64_t> quiet;
  std::optional<int64_t> last_delay;  // at 16 kHz, between the places in both sounds
  for (int64_t window = 0; window < matcher.windows(); ++window) {
    if (!matcher.is_loud(window)) {
      quiet.push_back(window);
      continue;
    }
    const int64_t at = window * kStep;
    const int64_t latest = at + start;
    const int64_t earliest = latest - to_fine(options.max_delay);
    std::optional<Fit> fit;
    if (last_delay) {
      const int64_t expected = at - *last_delay;
      fit = matcher.find(window, std::max(expected - kNear, earliest), std::min(expected + kNear, latest));
    }
    if (!fit || fit->correlation < kSurely) {
      const std::optional<Fit> anywhere = matcher.find(window, earliest, latest);
      if (anywhere && (!fit || anywhere->correlation > fit->correlation)) fit = anywhere;
    }
    if (!fit) continue;
    if (fit->correlation > kMatches) last_delay = at - fit->at;
    matches.push_back({at * 3, fit->at * 3, fit->correlation});
  }

  // Where nothing was to be heard though there was something to say, the window is lost, not left out.
  std::vector<Duration> delays;
  for (const SoundMatch& match : matches) {
    if (match.correlation > kMatches) delays.push_back(Duration(match.received_at - match.sent_at));
  }
  const int64_t usual = quantile(delays, 0.5).count() / 3;
  for (const int64_t window : quiet) {
    const int64_t said_at = window * kStep - usual;
    if (!matches.empty() && matcher.was_loud(said_at)) matches.push_back({window * kStep * 3, said_at * 3, 0.0});
  }
  std::sort(matches.begin(), matches.end(),
            [](const SoundMatch& a, const SoundMatch& b) { return a.received_at < b.received_at; });
  return matches;
}

SoundQuality summarize(std::span<const SoundMatch> matches, const SoundMatchOptions& options) {
  SoundQuality quality;
  quality.windows = matches.size();
  if (matches.empty()) return quality;
  std::vector<Duration> delays;
  double sum = 0;
  for (const SoundMatch& match : matches) {
    sum += match.correlation;
    if (match.correlation > kMatches) delays.push_back(delay_of(match, options));
  }
  const auto windows = static_cast<double>(matches.size());
  quality.matched = static_cast<double>(delays.size()) / windows;
  quality.score = sum / windows;
  quality.delay_p50 = quantile(delays, 0.5);
  quality.delay_p95 = quantile(delays, 0.95);
  return quality;
}

}  // namespace sotto::media
