#include "transport/congestion/standing_queue.hpp"

#include <utility>

namespace sotto::transport {
namespace {

constexpr Duration kBucketLength = 1s;
constexpr int kSmoothing = 2;  // halves the distance with each round
// Slower than any queue that is ours: over some three seconds. A sudden queue is no noise.
constexpr int kNoiseSmoothing = 32;
constexpr int kFirstNoiseSmoothing = 8;
constexpr Duration kMostNoise = 30ms;

}  // namespace

void StandingQueue::on_round(Duration least_delay, Timestamp now) {
  const int64_t bucket = now.time_since_epoch() / kBucketLength;
  // What is left of a change beside the one before: a queue that is on its way, up or down, is no noise. Of pure noise
  // it is the square root of three times as large as the change itself.
  const Duration change = smoothed_ ? least_delay - latest_ : Duration();
  const Duration noise = std::chrono::abs(change - std::exchange(last_change_, change)) * 4 / 7;
  latest_ = least_delay;
  if (!smoothed_) {
    smoothed_ = least_delay;
    least_.fill(least_delay);
    newest_bucket_ = bucket;
    return;
  }
  rounds_ = std::min(rounds_ + 1, kNoiseSmoothing);
  noise_ += (std::min<Duration>(noise, kMostNoise) - noise_) / std::max(rounds_, kFirstNoiseSmoothing);
  *smoothed_ += (least_delay - *smoothed_) / kSmoothing;
  // A bucket in which nothing came takes over the smoothed delay of today, which says most about then.
  const int64_t steps = std::clamp<int64_t>(bucket - newest_bucket_, 0, kBuckets);
  for (int64_t step = 0; step < steps; ++step) {
    least_[static_cast<size_t>(bucket - step) % kBuckets] = *smoothed_;
  }
  newest_bucket_ = std::max(newest_bucket_, bucket);
  Duration& current = least_[static_cast<size_t>(newest_bucket_) % kBuckets];
  current = std::min(current, *smoothed_);
}

}  // namespace sotto::transport
