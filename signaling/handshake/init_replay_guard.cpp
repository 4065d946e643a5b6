#include "signaling/handshake/init_replay_guard.hpp"

namespace sotto::signaling {
namespace {

// HANDSHAKE 2.5.
constexpr std::chrono::seconds kMaxAge{120};
constexpr std::chrono::minutes kRememberedFor{10};
constexpr size_t kMaxRemembered = 4096;

}  // namespace

Result<void> InitReplayGuard::check(const EphemeralKey& ephemeral, WallTime created, WallTime now) const {
  if (created < now - kMaxAge) return Error{ErrorCode::kExpired, "The call was placed too long ago."};
  if (created > now + kMaxAge) return Error{ErrorCode::kExpired, "The call is dated in the future: a clock is wrong."};
  if (created < process_start_) {
    return Error{ErrorCode::kExpired, "The call was placed before this device was ready for calls."};
  }
  if (seen_.contains(ephemeral)) return Error{ErrorCode::kRefused, "The call has been seen before."};
  return {};
}

void InitReplayGuard::remember(const EphemeralKey& ephemeral, WallTime now) {
  if (!seen_.insert(ephemeral).second) return;
  in_order_.push_back({ephemeral, now});
  while (in_order_.size() > kMaxRemembered || in_order_.front().at < now - kRememberedFor) {
    seen_.erase(in_order_.front().ephemeral);
    in_order_.pop_front();
  }
}

}  // namespace sotto::signaling
