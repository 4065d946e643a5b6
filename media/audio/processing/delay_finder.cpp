#include "media/audio/processing/delay_finder.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sotto::media {
namespace {

constexpr float kPreEmphasis = 0.9F;

// Half the way to what would explain the newest sample: fast, and still damped enough for a room with a voice in it.
constexpr float kStep = 0.5F;

// A far end of less than this mean power, about -65 dBFS, teaches nothing.
constexpr float kQuietest = 20.0F * 20.0F;

// A look each 100 ms of sound. The largest tap is believed when it stands out from the others and is found at the same
// place, within a millisecond, three times in a row.
constexpr int kBlocksBetweenLooks = 10;
constexpr int kLooks = 3;
constexpr int kSamePlace = 4;
constexpr float kStandsOut = 40;  // times the mean power of all taps

// At each look the filter forgets some of what it knows, so that a new way of the echo soon outdoes the last one.
constexpr float kForget = 0.93F;

// The first sound may be weaker than a reflection that comes after it.
constexpr int kBefore = 16;              // taps: 4 ms
constexpr float kAlmostLargest = 0.25F;  // of its power

const std::array<float, 96>& low_pass() {
  static const std::array<float, 96> filter = [] {
    std::array<float, 96> taps{};
    constexpr double kCutoff = 1700.0 / 24000.0;
    for (size_t i = 0; i < taps.size(); ++i) {
      const double x = std::numbers::pi * (static_cast<double>(i) - 47.5);
      taps[i] = static_cast<float>(std::sin(kCutoff * x) / x * (0.5 + 0.5 * std::cos(x / 48)));
    }
    return taps;
  }();
  return filter;
}

// Sums side by side, so that the compiler may use vectors. `count` is a multiple of 16.
float dot(const float* a, const float* b, size_t count) {
  std::array<float, 16> lanes{};
  for (size_t i = 0; i < count; i += lanes.size()) {
    for (size_t lane = 0; lane < lanes.size(); ++lane) lanes[lane] += a[i + lane] * b[i + lane];
  }
  float sum = 0;
  for (const float lane : lanes) sum += lane;
  return sum;
}

}  // namespace

void DelayFinder::Decimator::process(std::span<const int16_t, kAudioBlockSamples> in, std::span<float, kLowBlock> out) {
  std::copy(line_.end() - kFilter, line_.end(), line_.begin());
  std::copy(in.begin(), in.end(), line_.begin() + kFilter);
  for (size_t i = 0; i < out.size(); ++i) {
    const float sample = dot(&line_[(i + 1) * kFactor], low_pass().data(), kFilter);
    out[i] = sample - kPreEmphasis * last_;
    last_ = sample;
  }
}

DelayFinder::DelayFinder() : history_(kTaps + 64 * kLowBlock), taps_(kTaps) { end_ = kTaps; }

void DelayFinder::add(std::span<const int16_t, kAudioBlockSamples> far,
                      std::span<const int16_t, kAudioBlockSamples> near) {
  std::array<float, kLowBlock> far_low, near_low;
  far_.process(far, far_low);
  near_.process(near, near_low);
  make_room();
  energy_ = dot(&history_[end_ - kTaps], &history_[end_ - kTaps], kTaps);
  for (size_t i = 0; i < kLowBlock; ++i) {
    const float oldest = history_[end_ - kTaps];
    energy_ += far_low[i] * far_low[i] - oldest * oldest;
    history_[end_++] = far_low[i];
    adapt(near_low[i]);
  }
  if (++blocks_ % kBlocksBetweenLooks == 0) look();
}

void DelayFinder::pass(std::span<const int16_t, kAudioBlockSamples> far) {
  make_room();
  far_.process(far, std::span(history_).subspan(end_).first<kLowBlock>());
  end_ += kLowBlock;
}

void DelayFinder::make_room() {
  if (end_ + kLowBlock <= history_.size()) return;
  std::copy(history_.end() - kTaps, history_.end(), history_.begin());
  end_ = kTaps;
}

/// One step of the normalised least-mean-squares filter.
void DelayFinder::adapt(float near) {
  if (energy_ < kQuietest * kTaps) return;
  ++heard_;
  const float* const heard = &history_[end_ - kTaps];
  const float error = near - dot(heard, taps_.data(), kTaps);
  const float step = kStep * error / energy_;
  for (size_t i = 0; i < kTaps; ++i) taps_[i] += step * heard[i];
}

void DelayFinder::look() {
  if (heard_ < kBlocksBetweenLooks * static_cast<int>(kLowBlock) / 2) return;
  heard_ = 0;
  for (float& tap : taps_) tap *= kForget;
  size_t largest = 0;
  float most = 0, sum = 0;
  for (size_t i = 0; i < kTaps; ++i) {
    const float power = taps_[i] * taps_[i];
    sum += power;
    if (power > most) most = power, largest = i;
  }
  if (most * kTaps < kStandsOut * sum || most == 0) return;
  // The newest sample has the last tap: later in the filter is earlier in time.
  for (size_t i = std::min(largest + kBefore, kTaps - 1); i > largest; --i) {
    if (taps_[i] * taps_[i] > kAlmostLargest * most) {
      largest = i;
      break;
    }
  }
  const int found = static_cast<int>(kTaps - 1 - largest);
  confirmed_ = candidate_ && std::abs(*candidate_ - found) <= kSamePlace ? confirmed_ + 1 : 1;
  candidate_ = found;
  if (confirmed_ >= kLooks) delay_ = found * kFactor;
}

}  // namespace sotto::media
