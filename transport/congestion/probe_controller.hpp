#pragma once

#include <optional>

#include "transport/congestion/bandwidth_estimator.hpp"
#include "transport/congestion/probe_meter.hpp"

namespace sotto::transport {

/// Decides when to probe and how fast: at the start, with the first picture itself; on while that shows more than is
/// known; after a drop, for what was there before; and now and then, while less is known to get through than is wanted.
class ProbeController {
 public:
  /// `most`: what is wanted.
  ProbeController(DataRate start, DataRate most);

  /// The probe to send now, if any. `calm_since`: since when there is neither congestion nor silence; absent while
  /// there is.
  /// `own_loss`: the part that the link loses whatever is sent.
  std::optional<ProbeCluster> take(DataRate target, std::optional<Timestamp> calm_since, double own_loss,
                                   Timestamp now);
  void on_result(const ProbeResult& result);
  /// The target fell from `before` for a reason that may pass.
  void on_drop(DataRate before);

 private:
  void repeat();
  ProbeCluster make(DataRate rate, bool padded, Timestamp now);

  DataRate start_;
  DataRate most_;
  int last_id_ = 0;
  DataRate last_rate_{};
  Timestamp last_probe_{};
  bool waiting_ = false;  // for a result
  double own_loss_ = 0;
  int repeats_ = 0;                     // of the last one
  std::optional<DataRate> next_;        // to be sent as soon as it may
  std::optional<DataRate> remembered_;  // from before a drop
};

}  // namespace sotto::transport
