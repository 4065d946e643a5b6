#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <queue>
#include <span>
#include <vector>

#include "tests/lab/linkem/link_count.hpp"
#include "tests/lab/linkem/link_settings.hpp"
#include "tests/lab/linkem/splitmix.hpp"

namespace sotto::lab {

/// One direction of the link. A packet goes through
///
///     [blackout] -> [drop-tail queue, served at the rate] -> [loss] -> [delay and jitter]
///
/// The same seed and the same packets meet the same fates. Times are seconds of one clock that only goes forward. It
/// shares nothing with the engine's own LinkModel: a judge that is built from what it judges proves less.
class OneWayLink {
 public:
  explicit OneWayLink(uint64_t seed) : random_(seed) {}

  /// Changes the settings from `now` on. Throws as apply() does.
  void set(std::string_view settings, double now);
  void take(std::span<const uint8_t> packet, double now);
  /// Hands out what is due, in order.
  void deliver(double now, const std::function<void(std::span<const uint8_t>)>& out);
  /// When deliver() has something to do next; infinite if nothing is under way.
  double next() const;

  double rate() const { return settings_.rate; }
  double backlog_bytes() const { return queued_bytes_; }
  /// Since the last take_second(), and since the beginning.
  LinkCount take_second();
  const LinkCount& total() const { return total_; }

 private:
  struct Queued {
    double arrived = 0;
    std::vector<uint8_t> packet;
  };
  struct Flying {
    double due = 0;
    uint64_t number = 0;
    std::vector<uint8_t> packet;
  };
  struct Later {
    bool operator()(const Flying& a, const Flying& b) const {
      return a.due != b.due ? a.due > b.due : a.number > b.number;
    }
  };

  template <typename Change>
  void count(Change change) {
    change(second_);
    change(total_);
  }
  /// Brings the queue to where it is at `now`.
  void serve(double now);
  bool queue_is_full(size_t size) const;
  void leave_queue(std::vector<uint8_t> packet, double arrived, double now);
  bool is_lost();
  double jitter();

  LinkSettings settings_;
  SplitMix random_;
  std::deque<Queued> queue_;
  double queued_bytes_ = 0;
  double head_bits_ = 0;  ///< what is left to serve of the first in the queue
  double served_ = 0;     ///< up to when the queue has been served
  std::priority_queue<Flying, std::vector<Flying>, Later> flying_;
  double last_due_ = 0;
  uint64_t number_ = 0;
  bool in_burst_ = false;
  LinkCount second_;
  LinkCount total_;
};

}  // namespace sotto::lab
