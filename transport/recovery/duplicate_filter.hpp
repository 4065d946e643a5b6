#pragma once

#include <bitset>
#include <cstdint>
#include <optional>

namespace sotto::transport {

/// Tells packets of one stream that come for the first time from those that came before, by whatever way.
class DuplicateFilter {
 public:
  /// Whether `sequence` (unwrapped) is new. What is too far behind the highest to be remembered is not.
  bool insert(int64_t sequence) {
    if (!highest_) {
      highest_ = sequence;
    } else if (sequence <= *highest_ - kWindow) {
      return false;
    } else if (sequence > *highest_) {
      if (sequence - *highest_ >= kWindow) {
        seen_.reset();
      } else {
        for (int64_t skipped = *highest_ + 1; skipped < sequence; ++skipped) seen_.reset(index(skipped));
      }
      seen_.reset(index(sequence));
      highest_ = sequence;
    }
    const size_t at = index(sequence);
    if (seen_.test(at)) return false;
    seen_.set(at);
    return true;
  }

 private:
  // A power of two, and more than a receiver asks for at a time.
  static constexpr int64_t kWindow = 2048;

  static size_t index(int64_t sequence) { return static_cast<uint64_t>(sequence) % kWindow; }

  std::optional<int64_t> highest_;
  std::bitset<kWindow> seen_;
};

}  // namespace sotto::transport
