#pragma once

#include <atomic>
#include <cstdint>

namespace sotto::engine {

/// Stands between a microphone and everything else that a call does with its sound. Turned by any thread, asked by the
/// one that captures.
class MuteSwitch {
 public:
  /// When it returns from muting, no block that comes is let through. When it returns from the opposite, those are that
  /// have begun since.
  void set(bool muted) {
    if (muted) {
      state_ = State::kMuted;
    } else {
      State was = State::kMuted;
      state_.compare_exchange_strong(was, State::kOpening);
    }
  }
  bool muted() const { return state_ == State::kMuted; }

  /// Whether the block that has just come may be looked at. Capturing thread.
  bool lets_through() {
    // A block comes when it is complete: the first one began while nothing was let through.
    State was = State::kOpening;
    if (state_.compare_exchange_strong(was, State::kOpen)) return false;
    return was == State::kOpen;
  }

 private:
  enum class State : uint8_t { kOpen, kMuted, kOpening };
  std::atomic<State> state_ = State::kOpen;
};

}  // namespace sotto::engine
