#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "transport/congestion/bandwidth_estimator.hpp"

namespace sotto::transport {

/// What a probe has shown.
struct ProbeResult {
  int id = 0;
  std::optional<DataRate> rate;  ///< that got through; nothing where it cannot be told
  bool saturated = false;        ///< The path carries no more than that.
  double lost = 0;               ///< the part of it that is known not to have arrived
};

/// Measures how fast the packets of a probe arrived, against how fast they left.
class ProbeMeter {
 public:
  void on_sent(const SentPacket& packet);
  void on_result(const PacketResult& result);
  /// The result of the last probe, once everything has been heard about it.
  std::optional<ProbeResult> take_result();

 private:
  struct Cluster {
    int id = 0;
    bool ended = false;   // another packet was sent since
    bool passed = false;  // and one of those was told of
    int64_t last_sequence = 0;
    int packets = 0;
    int told = 0;
    int arrived = 0;
    DataSize sent_size{};
    DataSize last_sent_size{};
    Timestamp first_sent{};
    Timestamp last_sent{};
    DataSize arrived_size{};
    DataSize first_arrived_size{};
    Duration first_arrival{};
    Duration last_arrival{};
  };

  ProbeResult judge() const;

  Cluster cluster_;
};

}  // namespace sotto::transport
