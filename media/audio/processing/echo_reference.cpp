#include "media/audio/processing/echo_reference.hpp"

#include <algorithm>
#include <cmath>

namespace sotto::media {
namespace {

constexpr auto kBlock = static_cast<int64_t>(kAudioBlockSamples);

// The finder sees the far end 20 ms late, and the microphone 30: it finds delays from -10 ms on. Those below zero come
// from devices that tell the time of a block late.
constexpr int64_t kFarLate = 2 * kBlock;
constexpr int64_t kLeastDelay = -kBlock;

// The echo may come that much before or behind its place until the reference is moved, after which the canceller has to
// learn anew.
constexpr int kLeastLead = 4 * 48;  // 4 ms
constexpr int kMostLead = 30 * 48;  // 30 ms

// Clocks are compared once a second. A difference is believed when it is three times its error; a real one is never
// that large.
constexpr int kBlocksBetweenRates = 100;
constexpr double kSurely = 3;
constexpr double kMostDrift = 500;

int64_t samples(Duration duration) { return duration.count() * kAudioSampleRate / 1'000'000; }

}  // namespace

EchoReference::EchoReference(Duration lead) : lead_(static_cast<int>(samples(lead))) {}

void EchoReference::take_rendered() {
  while (const RenderQueue::Block* block = queue_.front()) {
    far_end_.add_silence(samples(loudspeaker_.on_block(block->when)));
    far_end_.add(block->samples);
    queue_.pop();
  }
}

void EchoReference::follow_clocks(Timestamp when) {
  const Duration left_out = microphone_.on_block(when);
  if (!position_) position_ = far_end_.end() - 2 * kBlock;
  *position_ += kBlock + samples(left_out);
  if (until_next_rate_-- > 0) return;
  until_next_rate_ = kBlocksBetweenRates;
  const auto loudspeaker = loudspeaker_.rate(), microphone = microphone_.rate();
  if (!loudspeaker || !microphone) return;
  const double difference = loudspeaker->ppm - microphone->ppm;
  const double error = std::hypot(loudspeaker->error, microphone->error);
  const bool believed = std::abs(difference) > kSurely * error && std::abs(difference) < kMostDrift;
  drift_ = believed ? difference : 0;
  far_end_.set_drift(*drift_);
}

void EchoReference::align(std::span<const int16_t, kAudioBlockSamples> near, Timestamp when,
                          std::span<int16_t, kAudioBlockSamples> far) {
  take_rendered();
  follow_clocks(when);
  std::ranges::copy(near, recent_[blocks_++ % recent_.size()].begin());
  far_end_.read(*position_ - kFarLate, far);
  if (blocks_ >= recent_.size()) {
    finder_.add(far, recent_[blocks_ % recent_.size()]);
    follow_delay();
  } else {
    finder_.pass(far);
  }
  far_end_.read(*position_ - offset_, far);
}

void EchoReference::skip(Timestamp when) {
  take_rendered();
  follow_clocks(when);
  std::array<int16_t, kAudioBlockSamples> far;
  far_end_.read(*position_ - kFarLate, far);
  finder_.pass(far);
  blocks_ = 0;
}

void EchoReference::follow_delay() {
  const std::optional<int> found = finder_.delay();
  if (!found) return;
  const int delay = *found + static_cast<int>(kLeastDelay);
  if (delay >= offset_ + kLeastLead && delay <= offset_ + kMostLead) return;
  // What comes back sooner than the lead is met as well as can be: nothing is known of the future.
  offset_ = std::max(delay - lead_, 0);
}

std::optional<Duration> EchoReference::delay() const {
  const std::optional<int> found = finder_.delay();
  if (!found) return std::nullopt;
  const int64_t delay = *found + kLeastDelay;
  return Duration(delay * 1'000'000 / kAudioSampleRate);
}

}  // namespace sotto::media
