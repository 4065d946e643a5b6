#pragma once

#include <algorithm>
#include <optional>

#include <sotto/time.hpp>

namespace sotto::transport {

/// Makes one of the changes that come together: a machine that joins a network gets a link, addresses and routes within
/// moments, and whoever acts on the first of them acts too early. One thread.
class ChangeBurst {
 public:
  /// Without a change for so long, a burst is over;
  static constexpr Duration kQuiet = 250ms;
  /// and it is told after so long even if it goes on.
  static constexpr Duration kLongest = 2s;

  void on_change(Timestamp now) {
    if (!since_) since_ = now;
    last_ = now;
  }
  /// When there will be something to tell, if nothing more changes.
  std::optional<Timestamp> next_deadline() const {
    if (!since_) return std::nullopt;
    return std::min(last_ + kQuiet, *since_ + kLongest);
  }
  /// Whether to tell now. Once for each burst.
  bool take(Timestamp now) {
    if (!since_ || now < *next_deadline()) return false;
    since_.reset();
    return true;
  }

 private:
  std::optional<Timestamp> since_;
  Timestamp last_;
};

}  // namespace sotto::transport
