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
  core->with_call(record_, [consent, &machine = core->machine()](CallController& call) {
    call.accept(std::move(*consent), machine.now());
  });
  return {};
}

Result<void> CallHandle::decline() {
  if (!record_->incoming()) return Error{ErrorCode::kRefused, "only a callee declines; hang_up() ends this call"};
  if (record_->state() != CallState::kRinging) return Error{ErrorCode::kRefused, "the call does not ring (any more)"};
  end(EndReason::kDeclined);
  return {};
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
