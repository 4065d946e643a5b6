#include "media/sync/lip_sync.hpp"

#include <algorithm>

namespace sotto::media {
namespace {

// Sound waits where the middle one of a second's pictures comes later than this after it, or one in twenty later than
// that, if a little is enough to help: delay hurts a talk more. If it is not, the middle one may be this far behind:
// where a third is lost, pictures are by some 90 ms, and sound had better not be.
constexpr Duration kMostBehind = 36ms;
constexpr Duration kMostBehindAtTimes = 70ms;
constexpr Duration kLittle = 25ms;
constexpr Duration kAccepted = 120ms;
constexpr size_t kAtTimes = 20;

// What the middle one of the last seconds needed counts: trouble that passes does not delay sound.
constexpr size_t kFewSeconds = 3;
constexpr size_t kFewPictures = 5;
// Smaller changes of play-out are not worth being heard.
constexpr Duration kWorthChanging = 10ms;

// A pair of streams that are further apart is none, or its sender does not know its clock.
constexpr Duration kFarthestApart = 2s;
// Further than this from its sender report a timestamp is not of that stream: reports come each few seconds.
constexpr Duration kFarthestFromReport = 120s;

}  // namespace

std::optional<Duration> LipSync::Stream::lateness(uint32_t rtp_timestamp, Timestamp when) const {
  if (!report) return std::nullopt;
  const auto ticks = static_cast<int32_t>(rtp_timestamp - report->rtp_timestamp);
  const Duration since_report(int64_t{ticks} * 1'000'000 / clock_rate);
  if (std::chrono::abs(since_report) > kFarthestFromReport) return std::nullopt;
  // Whatever a report says: the sum must not overflow.
  constexpr Duration kLargest = std::chrono::hours(24 * 365 * 1000);
  const Duration captured = std::clamp(report->sender_time, -kLargest, kLargest) + since_report;
  return when.time_since_epoch() - captured;
}

LipSync::LipSync(Duration most_sound_delay) : most_sound_delay_(most_sound_delay) {
  this_second_.reserve(kPicturesASecond);
}

void LipSync::on_sound(const HeardSound& sound) {
  sound_lateness_ = sound_.lateness(sound.rtp_timestamp, sound.played);
  heard_ = sound;
}

Timestamp LipSync::on_picture(uint32_t rtp_timestamp, Timestamp now) {
  const std::optional<Duration> lateness = pictures_.lateness(rtp_timestamp, now);
  if (!lateness || !sound_lateness_) return now;
  const Duration ahead = *sound_lateness_ - *lateness;
  if (std::chrono::abs(ahead) > kFarthestApart) return now;
  note_picture(*lateness, now);
  return now + std::clamp(ahead - kMostAhead, Duration::zero(), most_sound_delay_);
}

void LipSync::note_picture(Duration lateness, Timestamp now) {
  if (!second_ends_) second_ends_ = now + 1s;
  if (now >= *second_ends_) {
    close_second();
    second_ends_ = now + 1s;
  }
  if (this_second_.size() < kPicturesASecond) this_second_.push_back(lateness);
}

/// How late sound has to be for pictures like these.
Duration LipSync::needed_by(Duration middle, Duration late) const {
  const Duration own_lateness = *sound_lateness_ - heard_.delay + heard_.own_delay;
  const auto if_little_helps = [&](Duration needed) {
    return needed <= own_lateness + kLittle ? needed : own_lateness;
  };
  return std::max(
      {if_little_helps(middle - kMostBehind), if_little_helps(late - kMostBehindAtTimes), middle - kAccepted});
}

void LipSync::close_second() {
  std::vector<Duration>& pictures = this_second_;
  if (pictures.size() >= kFewPictures) {
    std::sort(pictures.begin(), pictures.end());
    const Duration middle = pictures[pictures.size() / 2];
    const Duration late = pictures[pictures.size() - 1 - pictures.size() / kAtTimes];
    sound_behind_ = std::min(*sound_lateness_ - middle, kMostAhead);
    last_seconds_[seconds_++ % kSeconds] = needed_by(middle, late);
  }
  pictures.clear();
  if (seconds_ < kFewSeconds) return;

  const size_t count = std::min(seconds_, kSeconds);
  std::array<Duration, kSeconds> needed = last_seconds_;
  std::nth_element(needed.begin(), needed.begin() + count / 2, needed.begin() + count);
  const Duration more = needed[count / 2] - *sound_lateness_;
  const Duration wanted = std::clamp(heard_.delay + more, Duration::zero(), most_sound_delay_);
  if (std::chrono::abs(wanted - least_sound_delay_) > kWorthChanging) least_sound_delay_ = wanted;
}

}  // namespace sotto::media
