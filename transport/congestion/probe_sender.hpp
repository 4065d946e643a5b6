#pragma once

#include <optional>

#include "transport/congestion/bandwidth_estimator.hpp"

namespace sotto::transport {

/// Carries out a ProbeCluster: says when its next packet is due. One at a time.
class ProbeSender {
 public:
  bool active() const { return cluster_.has_value(); }
  /// The one under way; active() must hold.
  const ProbeCluster& cluster() const { return *cluster_; }
  void start(const ProbeCluster& cluster, Timestamp now) {
    cluster_ = cluster;
    started_ = now;
    sent_ = DataSize();
    packets_ = 0;
  }
  void stop() { cluster_.reset(); }

  /// When the next packet should leave, if a probe is under way.
  std::optional<Timestamp> next_send() const {
    if (!cluster_) return std::nullopt;
    return started_ + sent_ / cluster_->rate;
  }
  /// Notes a packet of the cluster, which may be its last.
  void on_sent(DataSize size) {
    sent_ += size;
    ++packets_;
    if (sent_ >= cluster_->size && packets_ >= cluster_->packets) stop();
  }

 private:
  std::optional<ProbeCluster> cluster_;
  Timestamp started_{};
  DataSize sent_{};
  int packets_ = 0;
};

}  // namespace sotto::transport
