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
// The player has stood still for so long when an outage ends that a key frame helps it sooner than hundreds of packets.
constexpr Duration kShortestOutage = 300ms;
constexpr int kOutageRoundTrips = 3;
// Before the first packet that came: more losses in a row at the very beginning are rare.
constexpr int kGuessedPackets = 3;
constexpr int kMaxGuessedRequests = 2;
// A path that was never seen to reorder: long enough for two packets that changed places within one burst.
constexpr Duration kShortestReorderWait = 1ms;
constexpr Duration kLongestReorderWait = 50ms;
// Sums leave right behind the picture that they protect, which itself takes some milliseconds.
constexpr Duration kProtectionWait = 15ms;
constexpr Duration kProtectionLasts = 1s;
// The wait falls back by this part with each packet in order: halved after some 700 packets, 2 s of video.
constexpr int kReorderForgetting = 1024;
// On a fast path ten requests must still outlive a pause of some 200 ms, such as Wi-Fi makes when it scans.
constexpr Duration kShortestRetryInterval = 20ms;
// Round trips vary; an answer that is a little late must not be asked for twice.
constexpr Duration kShortestRetryMargin = 5ms;
constexpr int kRetryMarginPart = 8;
// Before anything is measured, a needless request costs less than a second of waiting on a guess.
constexpr Duration kLongestGuessedRoundTrip = 100ms;
// Far enough from the first request to outlive a short burst of losses, near enough to save most of a round trip.
constexpr Duration kEchoDelay = 10ms;

}  // namespace

NackTracker::NackTracker(Duration round_trip_time)
    : round_trip_time_(round_trip_time), reorder_wait_(kShortestReorderWait) {
  missing_.reserve(kMaxOutstanding);
  asked_.reserve(kMaxOutstanding);
  echoed_.reserve(kMaxOutstanding);
}

void NackTracker::set_round_trip_time(Duration round_trip_time) {
  round_trip_time_ = round_trip_time;
  measured_ = true;
  for (Missing& entry : missing_) {
    if (entry.requests == 0) continue;
    entry.ask_at = std::min(entry.ask_at, entry.asked + retry_interval());
    note_deadline(entry);
  }
}

void NackTracker::on_packet(int64_t sequence, Timestamp now, bool recovered) {
  if (!highest_) {
    on_first_packet(sequence, now);
  } else if (sequence > *highest_) {
    on_newer_packet(sequence, now);
  } else {
    on_late_packet(sequence, now, recovered);
  }
}

void NackTracker::on_first_packet(int64_t sequence, Timestamp now) {
  miss(sequence - kGuessedPackets, sequence, now, true);
  highest_ = sequence;
  highest_arrival_ = now;
}

void NackTracker::on_newer_packet(int64_t sequence, Timestamp now) {
  const auto gap = static_cast<uint64_t>(sequence - *highest_ - 1);
  // To send again what an outage swallowed would delay what is new.
  const bool too_old = now - highest_arrival_ > shortest_outage() && gap > kSmallGap;
  if (gap > 0 && (too_old || gap > kMaxOutstanding - missing_.size())) {
    give_up_all();
    given_up_ += gap;
  } else if (gap > 0) {
    miss(*highest_ + 1, sequence, now, false);
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

void NackTracker::miss(int64_t first, int64_t end, Timestamp now, bool guessed) {
  const bool is_protected = last_protection_ && now - *last_protection_ < kProtectionLasts;
  const Duration wait = is_protected ? std::max(reorder_wait_, kProtectionWait) : reorder_wait_;
  for (int64_t lost = first; lost < end; ++lost) {
    missing_.push_back({.sequence = lost, .noticed = now, .ask_at = now + wait, .guessed = guessed});
    note_deadline(missing_.back());
  }
}

NackTracker::Requests NackTracker::take_requests(Timestamp now) {
  asked_.clear();
  echoed_.clear();
  if (!deadline_ || now < *deadline_) return {};

  deadline_.reset();
  size_t kept = 0;
  for (Missing& entry : missing_) {
    if (entry.ask_at <= now && is_hopeless(entry, now)) {
      give_up(entry);
      continue;
    }
    if (entry.ask_at <= now) {
      ask(entry, now);
    } else if (entry.echo_at && *entry.echo_at <= now) {
      echo(entry);
    }
    note_deadline(entry);
    missing_[kept++] = entry;
  }
  missing_.erase(missing_.begin() + static_cast<std::ptrdiff_t>(kept), missing_.end());
  return {.asked = asked_, .echoed = echoed_};
}

bool NackTracker::is_hopeless(const Missing& entry, Timestamp now) const {
  const int most = entry.guessed ? kMaxGuessedRequests : kMaxRequests;
  return entry.requests == most || now - entry.noticed > oldest_useful();
}

void NackTracker::ask(Missing& entry, Timestamp now) {
  entry.echo_at = entry.requests == 0 ? std::optional(now + kEchoDelay) : std::nullopt;
  entry.asked = now;
  entry.ask_at = now + retry_interval();
  ++entry.requests;
  asked_.push_back(SequenceNumber(static_cast<uint16_t>(entry.sequence)));
}

void NackTracker::echo(Missing& entry) {
  entry.echo_at.reset();
  echoed_.push_back(SequenceNumber(static_cast<uint16_t>(entry.sequence)));
}

void NackTracker::note_deadline(const Missing& entry) {
  const Timestamp due = entry.echo_at ? std::min(*entry.echo_at, entry.ask_at) : entry.ask_at;
  deadline_ = deadline_ ? std::min(*deadline_, due) : due;
}

void NackTracker::forget_before(int64_t sequence) {
  std::erase_if(missing_, [sequence](const Missing& entry) { return entry.sequence < sequence; });
  if (missing_.empty()) deadline_.reset();
}

size_t NackTracker::take_given_up() { return std::exchange(given_up_, 0); }

void NackTracker::give_up_all() {
  for (const Missing& entry : missing_) give_up(entry);
  missing_.clear();
  deadline_.reset();
}

Duration NackTracker::longest_wait() const {
  // Beyond half a round trip, waiting costs more than a needless retransmission.
  return std::clamp(round_trip_time_ / 2, kShortestReorderWait, kLongestReorderWait);
}

Duration NackTracker::retry_interval() const {
  const Duration round_trip_time = measured_ ? round_trip_time_ : std::min(round_trip_time_, kLongestGuessedRoundTrip);
  const Duration margin = std::max(round_trip_time / kRetryMarginPart, kShortestRetryMargin);
  return std::max(round_trip_time + margin, kShortestRetryInterval);
}

Duration NackTracker::oldest_useful() const { return recovery_window(round_trip_time_); }

Duration NackTracker::shortest_outage() const {
  return std::max(kShortestOutage, kOutageRoundTrips * round_trip_time_);
}

}  // namespace sotto::transport
