#pragma once

#include <array>
#include <cstddef>
#include <iterator>
#include <map>
#include <vector>

#include <sotto/time.hpp>

namespace sotto::engine {

/// Bounds how often one account makes this device answer, so that nobody can watch by silent calls when it is on
/// (HANDSHAKE 12, row 30): 10 attempts a minute for each contact, and as many for all strangers together, to whom
/// accounts cost nothing. One thread.
class AttemptLimiter {
 public:
  static constexpr size_t kAttempts = 10;
  static constexpr Duration kWindow = 60s;

  explicit AttemptLimiter(size_t attempts = kAttempts) : attempts_(attempts) {}

  using Key = std::array<uint8_t, 32>;
  /// The one key of all strangers.
  static constexpr Key kStrangers{};

  /// Counts an attempt, and says whether it may be looked at further.
  bool allow(const Key& caller, Timestamp now) {
    // What is out of the window is forgotten, so that this never grows beyond the attempts of a minute.
    for (auto entry = recent_.begin(); entry != recent_.end();) {
      std::erase_if(entry->second, [now](Timestamp at) { return at + kWindow <= now; });
      entry = entry->second.empty() ? recent_.erase(entry) : std::next(entry);
    }
    std::vector<Timestamp>& attempts = recent_[caller];
    if (attempts.size() >= attempts_) return false;
    attempts.push_back(now);
    return true;
  }

 private:
  const size_t attempts_;
  std::map<Key, std::vector<Timestamp>> recent_;
};

}  // namespace sotto::engine
