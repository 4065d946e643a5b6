#pragma once

#include <functional>
#include <utility>

namespace sotto::engine {

/// Counts what is still closing on the network thread after its call has gone: sockets and relays take a few turns.
class ClosingWork {
 public:
  void begin() { ++pending_; }
  void end() {
    if (--pending_ == 0 && on_idle_) on_idle_();
  }
  /// Calls `on_idle` when nothing is closing (any more).
  void when_idle(std::function<void()> on_idle) {
    if (pending_ == 0) {
      on_idle();
    } else {
      on_idle_ = std::move(on_idle);
    }
  }

 private:
  int pending_ = 0;
  std::function<void()> on_idle_;
};

}  // namespace sotto::engine
