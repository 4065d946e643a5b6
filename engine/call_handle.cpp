#include "engine/call_handle.hpp"

#include <algorithm>
#include <utility>

#include "engine/consent.hpp"
#include "engine/engine_core.hpp"

namespace sotto::engine {

CallHandle::~CallHandle() { end(EndReason::kHungUp); }

Result<void> CallHandle::accept(CallMedia media) {
  if (!record_->incoming()) return Error{ErrorCode::kRefused, "only a callee accepts; this call was made here"};
  if (record_->state() != CallState::kRinging) return Error{ErrorCode::kRefused, "the call does not ring (any more)"};
  const auto core = core_.lock();
  if (!core) return Error{ErrorCode::kUnavailable, "the engine is gone"};
  // Here and nowhere else a callee's consent is made; the task only carries it.
  auto consent = std::make_shared<AcceptConsent>(AcceptConsent(std::move(media)));
  core->with_call(record_, [consent, raw = core.get()](CallController& call) {
    raw->hold_others(&call);
    call.accept(std::move(*consent), raw->machine().now());
  });
  return {};
}

Result<void> CallHandle::decline() {
  if (!record_->incoming()) return Error{ErrorCode::kRefused, "only a callee declines; hang_up() ends this call"};
  if (record_->state() != CallState::kRinging) return Error{ErrorCode::kRefused, "the call does not ring (any more)"};
  end(EndReason::kDeclined);
  return {};
}

Result<void> CallHandle::change(const std::function<Result<void>(CallController& call, Timestamp now)>& what) {
  Result<void> changed = Error{ErrorCode::kRefused, "the call has not begun yet, or is over"};
  const auto core = core_.lock();
  if (!core) return Error{ErrorCode::kUnavailable, "the engine is gone"};
  core->with_call_wait(record_, [&](CallController& call) { changed = what(call, core->machine().now()); });
  return changed;
}

Result<void> CallHandle::set_camera(std::shared_ptr<VideoSource> camera) {
  // Here and nowhere else consent to a camera in a call is made.
  const CameraConsent consent(std::move(camera));
  return change([&](CallController& call, Timestamp now) { return call.set_camera(consent, now); });
}

void CallHandle::set_muted(bool muted) {
  record_->mute()->set(muted);
  if (const auto core = core_.lock()) {
    core->with_call(record_, [raw = core.get()](CallController& call) { call.tell_muted(raw->machine().now()); });
  }
}

Result<void> CallHandle::hold() {
  return change([](CallController& call, Timestamp now) { return call.hold(now); });
}

Result<void> CallHandle::resume() {
  const ResumeConsent consent;
  return change([&](CallController& call, Timestamp now) {
    if (const auto core = core_.lock()) core->hold_others(&call);
    return call.resume(consent, now);
  });
}

void CallHandle::hang_up() { end(EndReason::kHungUp); }

void CallHandle::end(EndReason reason) {
  if (record_->state() == CallState::kEnded) return;
  if (const auto core = core_.lock()) {
    core->hang_up(record_, reason);
  }
}

void CallHandle::play(std::span<int16_t, kAudioBlockSamples> block) {
  const auto core = core_.lock();
  if (const auto sound = core ? record_->sound() : nullptr) {
    sound->play(block, core->machine().now());
    // Time goes on while it is on hold, or what comes then would be late.
    if (record_->on_hold()) std::fill(block.begin(), block.end(), int16_t{0});
  } else {
    std::fill(block.begin(), block.end(), int16_t{0});
  }
}

CallStatistics CallHandle::statistics() const {
  CallStatistics statistics;
  const auto core = core_.lock();
  if (core && core->with_call_wait(record_, [&](CallController& call) { statistics = call.statistics(); })) {
    return statistics;
  }
  return record_->final_statistics();
}

}  // namespace sotto::engine
