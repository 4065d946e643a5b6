#pragma once

#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include <sotto/signaling_channel.hpp>

namespace sotto::engine {

/// Envelopes on their way to the network thread. Bounded: whoever carries them must not be able to fill our memory, nor
/// to keep the thread from media; what comes on top is dropped, as a lost envelope would be. Any thread.
class EnvelopeInbox {
 public:
  static constexpr size_t kCapacity = 64;

  /// True if somebody must come and take: the inbox was empty.
  bool put(Envelope envelope) {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kCapacity) return false;
    waiting_.push_back(std::move(envelope));
    return waiting_.size() == 1;
  }
  /// The next one; `more` says whether others wait behind it.
  std::optional<Envelope> take(bool& more) {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) {
      more = false;
      return std::nullopt;
    }
    Envelope envelope = std::move(waiting_.front());
    waiting_.pop_front();
    more = !waiting_.empty();
    return envelope;
  }

 private:
  std::mutex mutex_;
  std::deque<Envelope> waiting_;
};

}  // namespace sotto::engine
