#pragma once

#include <optional>

#include "transport/congestion/acknowledged_rate.hpp"
#include "transport/congestion/bandwidth_estimator.hpp"
#include "transport/congestion/bottleneck_rate.hpp"
#include "transport/congestion/delay_groups.hpp"
#include "transport/congestion/delay_trend.hpp"
#include "transport/congestion/loss_monitor.hpp"
#include "transport/congestion/probe_controller.hpp"
#include "transport/congestion/probe_meter.hpp"
#include "transport/congestion/rate_control.hpp"
#include "transport/congestion/sent_volume.hpp"
#include "transport/congestion/standing_queue.hpp"

namespace sotto::transport {

/// Bounds of an estimate, and where it begins. least <= start <= most.
struct EstimatorLimits {
  DataRate start{};
  DataRate least{};
  DataRate most{};  ///< What is of use; no probe looks for more.
};

/// Estimates what the path carries from how long packets take, on transport-wide feedback.
///
///     arrivals -> DelayGroups -> DelayTrend: does a queue build up? -.
///              -> StandingQueue: how much of one is there? ----------+-> RateControl -> target
///              -> BottleneckRate: what does a full link give? -------|
///              -> AcknowledgedRate: what got through? ---------------|
///              -> LossMonitor: is loss our doing? -------------------'
///              -> ProbeMeter -> ProbeController: what else would get through?
class DelayBasedEstimator : public BandwidthEstimator {
 public:
  explicit DelayBasedEstimator(const EstimatorLimits& limits);

  void on_sent(const SentPacket& packet) override;
  void on_feedback(std::span<const PacketResult> results, Timestamp now) override;
  void on_round_trip_time(Duration round_trip_time, Timestamp now) override;
  void on_incoming_late(Timestamp now) override;
  std::optional<Timestamp> next_deadline() const override;
  void on_deadline(Timestamp now) override;
  DataRate target() const override { return target_; }
  DataRate target_by_delay() const override { return control_.target(); }
  bool waits_for_news() const override { return waits_for_news_; }
  bool congested() const override { return control_.draining(); }
  Duration latest_round_trip() const override { return latest_round_trip_; }
  std::optional<ProbeCluster> take_probe(Timestamp now) override;

 private:
  // Sudden lateness that has not been seen again for so long is over.
  static constexpr Duration kLateFor = 200ms;
  static constexpr Duration kFirstNoise = 18ms;
  static constexpr double kFirstCount = 10;

  Duration expected_round_trip() const;
  void expect_feedback_on(Timestamp sent);
  void take_rounds(std::span<const PacketResult> results, Timestamp now);
  void take_round(std::span<const PacketResult> results, Timestamp now);
  /// What is told of packets before the delay leaps and stays long; all of it if it does not.
  std::span<const PacketResult> before_leap(std::span<const PacketResult> results) const;
  bool is_old_news(Timestamp newest) const;
  bool incoming_is_late(Timestamp now) const { return late_since_ && now - last_late_ < kLateFor; }
  std::optional<DataRate> at_least_given(std::optional<DataRate> rate);
  void take_probe_result(Timestamp now);
  /// The part that is lost at what is sent: no more than that is a probe's doing.
  double usual_loss() const;
  void update_target(Timestamp now);

  EstimatorLimits limits_;
  DelayGroups groups_;
  DelayTrend trend_;
  StandingQueue queue_;
  BottleneckRate bottleneck_{kFirstNoise};  // since it last had enough to say
  int64_t last_told_ = -1;                  // the number of the last packet that feedback told of
  AcknowledgedRate acknowledged_;
  LossMonitor loss_;
  // Counts that fade, of packets that belong to no probe.
  double counted_ = kFirstCount;
  double lost_ = 0;
  ProbeMeter probe_meter_;
  ProbeController probes_;
  RateControl control_;
  DataRate target_;
  Duration round_trip_time_;
  Duration latest_round_trip_{};
  std::optional<Timestamp> late_since_;  // what comes in is late of a sudden
  Timestamp last_late_{};
  bool waited_ = false;            // for news, since then
  std::optional<DataRate> given_;  // what the bottleneck gave in the last round, if it was busy
  Timestamp newest_sent_{};
  SentVolume sent_;
  std::optional<Timestamp> unheard_since_;  // what was sent since then was not told of
  Timestamp next_step_{};                   // when less is to be sent because of that
  std::optional<DataRate> overdue_limit_;
  bool waits_for_news_ = false;  // and sends next to nothing until then
};

}  // namespace sotto::transport
