#include "transport/recovery/nack_tracker.hpp"

#include <algorithm>
#include <utility>

#include "transport/recovery/recovery_window.hpp"
#include "transport/recovery/repetition.hpp"

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
// Sums leave right behind the picture that they protect, which itself takes some milliseconds, or all of its interval
// where the path is the limit: no more than this is waited for them, and after a second without any nothing.
constexpr Duration kLongestSumsWait = 15ms;
constexpr Duration kSumsMargin = 2ms;
constexpr Duration kSumsLast = 1s;
constexpr int kSpanForgetting = 64;
// The wait falls back by this part with each packet in order: halved after some 700 packets, 2 s of video.
constexpr int kReorderForgetting = 1024;
// On a fast path ten requests must still outlive a pause of some 200 ms, such as Wi-Fi makes when it scans.
constexpr Duration kShortestRetryInterval = 20ms;
// Round trips vary; an answer that is a little late must not be asked for twice.
constexpr Duration kShortestRetryMargin = 5ms;
constexpr int kRetryMarginPart = 8;
// Before anything is measured, a needless request costs less than a second of waiting on a guess.
constexpr Duration kLongestGuessedRoundTrip = 100ms;
// Far enough from the request to outlive a short burst of losses, near enough to save most of a round trip. All of them
// within the time in which a sender of ours takes them for echoes (see PacketHistory).
constexpr Duration kLongestEchoDelay = 10ms;
constexpr Duration kShortestEchoTime = 15ms;
constexpr int kEchoTimePart = 2;
// A request takes a tenth of what it asks for.
constexpr double kRequestDoubt = 0.02;
constexpr int kLeastTimesSaid = 2;
constexpr int kMostTimesSaid = 4;
// The usual step from picture to picture is learned from so many; more than three halves of it is more than one.
constexpr int kStepSmoothing = 8;
constexpr uint32_t kLongestStep = 90'000;  // a second: beyond it the clock has leapt

}  // namespace

NackTracker::NackTracker(Duration round_trip_time)
    : round_trip_time_(round_trip_time), reorder_wait_(kShortestReorderWait), sums_span_(kLongestSumsWait) {
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

void NackTracker::on_packet(int64_t sequence, Timestamp now, bool recovered, std::optional<PicturePart> part) {
  if (part && part->sum && !recovered) learn_span(*part, now);
  if (!highest_) {
    newest_part_ = part;
    picture_began_ = now;
    on_first_packet(sequence, now);
  } else if (sequence > *highest_) {
    on_newer_packet(sequence, now, part);
  } else {
    on_late_packet(sequence, now, recovered);
  }
}

void NackTracker::on_first_packet(int64_t sequence, Timestamp now) {
  miss(sequence - kGuessedPackets, sequence, now, first_wait(now), true);
  highest_ = sequence;
  highest_arrival_ = now;
}

void NackTracker::on_newer_packet(int64_t sequence, Timestamp now, std::optional<PicturePart> part) {
  const auto gap = static_cast<uint64_t>(sequence - *highest_ - 1);
  const bool sums_passed = passes_end(part, now);
  // To send again what an outage swallowed would delay what is new.
  const bool too_old = now - highest_arrival_ > shortest_outage() && gap > kSmallGap;
  if (gap > 0 && (too_old || gap > kMaxOutstanding - missing_.size())) {
    give_up_all();
    given_up_ += gap;
  } else if (gap > 0) {
    miss(*highest_ + 1, sequence, now, sums_passed ? reorder_wait_ : first_wait(now), false);
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

bool NackTracker::passes_end(std::optional<PicturePart> part, Timestamp now) {
  const auto before = std::exchange(newest_part_, part);
  if (!part || !before || part->rtp_timestamp == before->rtp_timestamp) return false;
  stop_waiting_for_sums(now);
  picture_began_ = now;
  const uint32_t step = part->rtp_timestamp - before->rtp_timestamp;
  const bool skips_one = usual_step_ > 0 && step > usual_step_ + usual_step_ / 2;
  learn_step(step);
  return skips_one || !before->last;
}

void NackTracker::learn_step(uint32_t step) {
  if (step > kLongestStep) return;
  if (usual_step_ == 0) usual_step_ = step;
  // One that is longer may be several.
  const auto change = static_cast<int64_t>(std::min(step, 2 * usual_step_)) - static_cast<int64_t>(usual_step_);
  usual_step_ = static_cast<uint32_t>(static_cast<int64_t>(usual_step_) + change / kStepSmoothing);
}

void NackTracker::learn_span(const PicturePart& sum, Timestamp now) {
  last_sum_ = now;
  if (!newest_part_ || newest_part_->rtp_timestamp != sum.rtp_timestamp) return;
  sums_span_ = std::max(now - picture_began_, sums_span_ - sums_span_ / kSpanForgetting);
}

void NackTracker::stop_waiting_for_sums(Timestamp now) {
  for (Missing& entry : missing_) {
    if (entry.requests > 0) continue;
    entry.ask_at = std::min(entry.ask_at, std::max(entry.noticed + reorder_wait_, now));
    note_deadline(entry);
  }
}

Duration NackTracker::first_wait(Timestamp now) const {
  if (!last_sum_ || now - *last_sum_ > kSumsLast) return reorder_wait_;
  const Duration until_sums = picture_began_ + sums_span_ + kSumsMargin - now;
  return std::max(reorder_wait_, std::min(until_sums, kLongestSumsWait));
}

void NackTracker::miss(int64_t first, int64_t end, Timestamp now, Duration wait, bool guessed) {
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
      echo(entry, now);
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
  entry.echoes = times_to_say() - 1;
  entry.echo_delay = echo_delay(entry.echoes);
  entry.echo_at = entry.echoes > 0 ? std::optional(now + entry.echo_delay) : std::nullopt;
  entry.asked = now;
  entry.ask_at = now + retry_interval();
  ++entry.requests;
  asked_.push_back(SequenceNumber(static_cast<uint16_t>(entry.sequence)));
}

void NackTracker::echo(Missing& entry, Timestamp now) {
  --entry.echoes;
  entry.echo_at = entry.echoes > 0 ? std::optional(now + entry.echo_delay) : std::nullopt;
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

int NackTracker::times_to_say() const {
  return std::max(times_to_send(request_loss_, kRequestDoubt, kMostTimesSaid), kLeastTimesSaid);
}

Duration NackTracker::echo_delay(int echoes) const {
  const Duration all = std::max(round_trip_time_ / kEchoTimePart, kShortestEchoTime);
  return std::min(all / (echoes + 1), kLongestEchoDelay);
}

Duration NackTracker::oldest_useful() const { return recovery_window(round_trip_time_); }

Duration NackTracker::shortest_outage() const {
  return std::max(kShortestOutage, kOutageRoundTrips * round_trip_time_);
}

}  // namespace sotto::transport
