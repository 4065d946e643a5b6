#include "transport/recovery/nack_tracker.hpp"

#include <algorithm>
#include <utility>

#include "transport/recovery/recovery_window.hpp"

namespace sotto::transport {
namespace {

constexpr int kMaxRequests = 10;          // as libwebrtc and mediasoup have it
constexpr size_t kMaxOutstanding = 1000;  // the same
// After a pause of the stream, as opposed to an outage, packets can still be lost or change places.
constexpr uint64_t kSmallGap = 32;
// A path that was never seen to reorder: long enough for two packets that changed places within one burst.
constexpr Duration kShortestReorderWait = 2ms;
constexpr Duration kLongestReorderWait = 50ms;
// The wait falls back by this part with each packet in order: halved after some 700 packets, 2 s of video.
constexpr int kReorderForgetting = 1024;
// On a fast path ten requests must still outlive a pause of some 200 ms, such as Wi-Fi makes when it scans.
constexpr Duration kShortestRetryInterval = 20ms;
// Round trips vary; an answer that is a little late must not be asked for twice.
constexpr Duration kShortestRetryMargin = 5ms;
constexpr int kRetryMarginPart = 8;

}  // namespace

NackTracker::NackTracker(Duration round_trip_time)
    : round_trip_time_(round_trip_time), reorder_wait_(kShortestReorderWait) {
  missing_.reserve(kMaxOutstanding);
  requests_.reserve(kMaxOutstanding);
}

void NackTracker::on_packet(int64_t sequence, Timestamp now, bool recovered) {
  if (!highest_) {
    highest_ = sequence;
    highest_arrival_ = now;
  } else if (sequence > *highest_) {
    on_newer_packet(sequence, now);
  } else {
    on_late_packet(sequence, now, recovered);
  }
}

void NackTracker::on_newer_packet(int64_t sequence, Timestamp now) {
  const auto gap = static_cast<uint64_t>(sequence - *highest_ - 1);
  // What an outage swallowed the sender has mostly forgotten, and the rest would delay what is new.
  const bool too_old = now - highest_arrival_ > oldest_useful() && gap > kSmallGap;
  if (gap > 0 && (too_old || gap > kMaxOutstanding - missing_.size())) {
    give_up_all();
    given_up_ += gap;
  } else if (gap > 0) {
    const Timestamp ask_at = now + reorder_wait_;
    for (int64_t lost = *highest_ + 1; lost < sequence; ++lost) {
      missing_.push_back({.sequence = lost, .noticed = now, .ask_at = ask_at});
    }
    deadline_ = deadline_ ? std::min(*deadline_, ask_at) : ask_at;
  } else {
    reorder_wait_ -= (reorder_wait_ - kShortestReorderWait) / kReorderForgetting;
  }
  highest_ = sequence;
  highest_arrival_ = now;
}

void NackTracker::on_late_packet(int64_t sequence, Timestamp now, bool recovered) {
  const auto found = std::lower_bound(missing_.begin(), missing_.end(), sequence,
                                      [](const Missing& entry, int64_t value) { return entry.sequence < value; });
  if (found == missing_.end() || found->sequence != sequence) return;
  if (!recovered) {
    const Duration lateness = now - found->noticed;
    reorder_wait_ = std::clamp(lateness + lateness / 4, reorder_wait_, std::max(longest_wait(), reorder_wait_));
  }
  missing_.erase(found);
  if (missing_.empty()) deadline_.reset();
}

std::span<const SequenceNumber> NackTracker::take_requests(Timestamp now) {
  requests_.clear();
  if (!deadline_ || now < *deadline_) return requests_;

  deadline_.reset();
  size_t kept = 0;
  for (Missing& entry : missing_) {
    if (entry.ask_at <= now) {
      if (entry.requests == kMaxRequests || now - entry.noticed > oldest_useful()) {
        ++given_up_;
        continue;
      }
      ++entry.requests;
      entry.ask_at = now + retry_interval();
      requests_.push_back(SequenceNumber(static_cast<uint16_t>(entry.sequence)));
    }
    deadline_ = deadline_ ? std::min(*deadline_, entry.ask_at) : entry.ask_at;
    missing_[kept++] = entry;
  }
  missing_.erase(missing_.begin() + static_cast<std::ptrdiff_t>(kept), missing_.end());
  return requests_;
}

size_t NackTracker::take_given_up() { return std::exchange(given_up_, 0); }

void NackTracker::give_up_all() {
  given_up_ += missing_.size();
  missing_.clear();
  deadline_.reset();
}

Duration NackTracker::longest_wait() const {
  // Beyond half a round trip, waiting costs more than a needless retransmission.
  return std::clamp(round_trip_time_ / 2, kShortestReorderWait, kLongestReorderWait);
}

Duration NackTracker::retry_interval() const {
  const Duration margin = std::max(round_trip_time_ / kRetryMarginPart, kShortestRetryMargin);
  return std::max(round_trip_time_ + margin, kShortestRetryInterval);
}

Duration NackTracker::oldest_useful() const { return recovery_window(round_trip_time_); }

}  // namespace sotto::transport
