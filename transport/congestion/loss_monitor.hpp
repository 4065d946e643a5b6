#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>

#include "transport/congestion/bandwidth_estimator.hpp"

namespace sotto::transport {

/// Tells loss that is the link's own from loss that is our doing.
///
/// Loss that comes with a queue is left to whoever watches the queue. Loss without one is the link's own, as on a bad
/// radio, or that of a bottleneck with next to no queue. The difference shows when less is sent: the one stays, the
/// other goes. So when such loss appears, less is sent for one moment, once; what stays is then expected.
class LossMonitor {
 public:
  /// Takes a round of feedback, during which the standing queue was `queue`.
  void on_feedback(std::span<const PacketResult> results, Duration queue, Timestamp now);

  /// The part that the link loses by itself, as far as is known; at most a half.
  double inherent() const { return inherent_; }
  /// What may be sent as far as loss says; nothing while it says nothing.
  std::optional<DataRate> limit(Timestamp now) const;

 private:
  /// What was sent in some time, and how much of it was lost.
  struct Observation {
    int64_t packets = 0;
    int64_t lost = 0;
    int64_t bursts = 0;  // runs of losses
    DataSize size{};
    Timestamp first_sent{};
    Timestamp last_sent{};
    bool queued = false;

    void join(const Observation& before);
    double part() const { return static_cast<double>(lost) / static_cast<double>(packets); }
    /// How many packets are lost together, beyond what chance puts together: one, if they are lost one by one.
    double burst_length() const {
      const double length = static_cast<double>(lost) / static_cast<double>(std::max<int64_t>(bursts, 1));
      return std::max(length * (1 - part()), 1.0);
    }
    /// In bits per second.
    double rate() const { return static_cast<double>(size.bits()) / to_seconds(last_sent - first_sent); }
  };

  void count(const PacketResult& result);
  bool complete() const;
  void judge(Timestamp now);
  void watch(const Observation& seen, Timestamp now);
  bool is_doubtful(Timestamp now) const;
  void set_inherent(double part);
  void watch_limit(const Observation& seen, Timestamp now);
  void set_limit(const Observation& seen, Timestamp now);
  void test(Timestamp now);
  void compare(const Observation& seen, Timestamp now);
  static double deviation(const Observation& seen);

  Observation current_;
  double inherent_ = 0;
  bool first_ = true;
  std::optional<Observation> alarm_;    // the last one, if it was suspicious: chance may have it so once
  std::optional<Observation> suspect_;  // its loss is being looked into
  bool doubting_ = false;               // nothing was suspicious about it
  double own_ = 0;                      // what the link is taken to lose by itself in that
  int tests_ = 0;
  Timestamp test_from_{};  // what is sent since then shows whether less helps
  Timestamp limited_since_{};
  DataRate limit_until_{};  // where loss began
  std::optional<DataRate> limit_;
  Duration sure_for_ = 15s;  // how long what a test found is taken for true
  Observation lossy_;        // what the limit stands on
  int persistent_ = 0;       // observations since in which as much was lost, though less was sent
};

}  // namespace sotto::transport
