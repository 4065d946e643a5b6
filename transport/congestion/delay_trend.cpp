#include "transport/congestion/delay_trend.hpp"

#include <algorithm>
#include <cmath>

namespace sotto::transport {
namespace {

// All of libwebrtc's trendline_estimator; times in ms.
constexpr double kSmoothing = 0.9;
constexpr double kGain = 4;
constexpr double kMostGroups = 60;
constexpr double kLeastThreshold = 6;
constexpr double kMostThreshold = 600;
constexpr double kThresholdUp = 0.0087;
constexpr double kThresholdDown = 0.039;
constexpr double kMaxThresholdStep = 100;
constexpr double kOutlier = 15;
constexpr double kOveruseTime = 10;
constexpr double kStreamGap = 2000;  // after such a pause the past says nothing

}  // namespace

void DelayTrend::on_group(const DelayGroup& group) {
  if (first_ && to_milliseconds(group.sent - first_->sent) - last_time_ > kStreamGap) *this = DelayTrend();
  if (!first_) first_ = group;
  const double time = to_milliseconds(group.sent - first_->sent);
  const double delay = to_milliseconds(group.delay - first_->delay);
  const double since_last = time - last_time_;
  last_time_ = time;
  smoothed_ = kSmoothing * smoothed_ + (1 - kSmoothing) * delay;
  points_[count_++ % kWindow] = {.time = time, .delay = smoothed_};
  if (count_ >= kWindow) detect(slope(), since_last);
}

double DelayTrend::slope() const {
  Point mean;
  for (const Point& point : points_) {
    mean.time += point.time / kWindow;
    mean.delay += point.delay / kWindow;
  }
  double numerator = 0;
  double denominator = 0;
  for (const Point& point : points_) {
    numerator += (point.time - mean.time) * (point.delay - mean.delay);
    denominator += (point.time - mean.time) * (point.time - mean.time);
  }
  return denominator > 0 ? numerator / denominator : 0;
}

void DelayTrend::detect(double slope, double since_last) {
  const double value = std::min(static_cast<double>(count_), kMostGroups) * slope * kGain;
  if (value > threshold_) {
    // Half of the first interval, as it began somewhere within.
    above_for_ += above_count_ == 0 ? since_last / 2 : since_last;
    ++above_count_;
    growing_ = growing_ || (above_for_ > kOveruseTime && above_count_ > 1 && slope >= last_slope_);
  } else {
    above_for_ = 0;
    above_count_ = 0;
    growing_ = false;
  }
  last_slope_ = slope;
  adapt_threshold(std::abs(value), since_last);
}

void DelayTrend::adapt_threshold(double value, double since_last) {
  if (value > threshold_ + kOutlier) return;  // A sudden leap says nothing about how much the delay varies.
  const double speed = value < threshold_ ? kThresholdDown : kThresholdUp;
  threshold_ += speed * (value - threshold_) * std::min(since_last, kMaxThresholdStep);
  threshold_ = std::clamp(threshold_, kLeastThreshold, kMostThreshold);
}

}  // namespace sotto::transport
