#include "media/video/key_frame_requester.hpp"

#include <algorithm>

namespace sotto::media {
namespace {

constexpr Duration kShortestRepeat = 200ms;
// Losses are repaired within two or three round trips; past that the picture stands still long enough to be seen.
constexpr Duration kShortestRepairTime = 300ms;
constexpr Duration kLongestRepairTime = 1s;
constexpr Duration kSilence = 5s;

}  // namespace

void KeyFrameRequester::on_payload(PayloadKind kind, Timestamp now) {
  last_payload_ = now;
  switch (kind) {
    case PayloadKind::kKeyFrame:
      key_frame_comes_in_ = true;
      due_ = now + repeat_interval();
      break;
    case PayloadKind::kDeltaFrameStart:
      // Payloads before it that told nothing may have put the request off. Should they become a key frame after all,
      // that takes the request back if it was not sent yet.
      if (needs_key_frame_ && !key_frame_comes_in_) due_ = std::min(due_.value_or(now), now);
      break;
    case PayloadKind::kUnknown:
      break;
  }
  if (!due_) due_ = now + (needs_key_frame_ ? repeat_interval() : repair_time());
}

void KeyFrameRequester::on_progress(Timestamp now, bool more_waits) {
  needs_key_frame_ = false;
  key_frame_comes_in_ = false;
  due_.reset();
  if (more_waits) due_ = now + repair_time();
}

void KeyFrameRequester::on_reference_lost(Timestamp now) {
  needs_key_frame_ = true;
  if (!key_frame_comes_in_) due_ = now;
}

bool KeyFrameRequester::take(Timestamp now) {
  const std::optional<Timestamp> deadline = next_deadline();
  if (!deadline || now < *deadline) return false;
  key_frame_comes_in_ = false;  // whatever came of it was not enough
  last_request_ = now;
  return true;
}

std::optional<Timestamp> KeyFrameRequester::next_deadline() const {
  if (!due_ || !last_payload_) return std::nullopt;
  const Timestamp deadline = last_request_ ? std::max(*due_, *last_request_ + repeat_interval()) : *due_;
  if (deadline > *last_payload_ + kSilence) return std::nullopt;
  return deadline;
}

Duration KeyFrameRequester::repeat_interval() const { return std::max(kShortestRepeat, round_trip_time_ * 3 / 2); }

Duration KeyFrameRequester::repair_time() const {
  return std::clamp(3 * round_trip_time_ + 100ms, kShortestRepairTime, kLongestRepairTime);
}

}  // namespace sotto::media
