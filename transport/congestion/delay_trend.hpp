#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "transport/congestion/delay_groups.hpp"

namespace sotto::transport {

/// Whether the delay grows, over the last groups of packets: a least-squares line through the smoothed delays, held
/// against a threshold that adapts itself to how much the delay varies anyway (Google congestion control,
/// draft-ietf-rmcat-gcc-02 5.4 and 5.5, with the trendline of libwebrtc in place of the Kalman filter).
class DelayTrend {
 public:
  void on_group(const DelayGroup& group);
  /// Whether the last groups say that a queue builds up.
  bool growing() const { return growing_; }

 private:
  struct Point {
    double time = 0;   // ms
    double delay = 0;  // ms, smoothed
  };
  static constexpr size_t kWindow = 20;

  double slope() const;
  void detect(double slope, double since_last);
  void adapt_threshold(double value, double since_last);

  std::array<Point, kWindow> points_{};
  size_t count_ = 0;  // of all groups so far
  std::optional<DelayGroup> first_;
  double last_time_ = 0;
  double smoothed_ = 0;
  double threshold_ = 12.5;
  double above_for_ = 0;  // ms
  int above_count_ = 0;
  double last_slope_ = 0;
  bool growing_ = false;
};

}  // namespace sotto::transport
