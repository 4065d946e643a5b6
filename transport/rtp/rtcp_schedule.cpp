#include "transport/rtp/rtcp_schedule.hpp"

#include <algorithm>

namespace sotto::transport {
namespace {

constexpr Duration kFirstReport = 100ms;
constexpr Duration kReportInterval = 1s;

// libwebrtc's remote_estimator_proxy goes down to 50 ms; half as many wake-ups do for a rate that changes in seconds.
constexpr Duration kShortestFeedback = 100ms;
constexpr Duration kLongestFeedback = 250ms;
// At first nothing is known about the path, and each round trip that passes until it is costs quality: the first rounds
// are shorter, and begin when the first packets have come.
constexpr Duration kFirstFeedback = 25ms;
constexpr int kFirstRounds = 8;
// Where the path has become slower, each tenth of a second more fills its queue.
constexpr Duration kUrgentFeedback = 50ms;
constexpr int kFeedbackPart = 20;
// IP and UDP, SRTCP, and feedback on the few packets that come in a quarter of a second where this matters.
constexpr DataSize kSmallFeedback = DataSize::bytes(28 + 20 + 24);

}  // namespace

RtcpSchedule::RtcpSchedule(Timestamp now)
    : next_report_(now + kFirstReport),
      report_interval_(kFirstReport),
      last_feedback_(now),
      feedback_interval_(kFirstFeedback) {}

void RtcpSchedule::on_arrival(DataSize size, Timestamp now) {
  if (rounds_ == 0 && !has_news_) last_feedback_ = now;
  has_news_ = true;
  received_ += size;
}

void RtcpSchedule::on_late() { feedback_interval_ = std::min(feedback_interval_, kUrgentFeedback); }

RtcpSchedule::Due RtcpSchedule::take_due(Timestamp now) {
  Due due{.report = now >= next_report_, .feedback = has_news_ && now >= last_feedback_ + feedback_interval_};
  const Duration near = feedback_interval_ / 2;
  if (due.report && has_news_ && now >= last_feedback_ + near) due.feedback = true;
  if (due.feedback && now + near >= next_report_) due.report = true;
  if (due.feedback) on_feedback_sent(now);
  if (due.report) on_report_sent(now);
  return due;
}

Timestamp RtcpSchedule::next_deadline() const {
  return has_news_ ? std::min(next_report_, last_feedback_ + feedback_interval_) : next_report_;
}

void RtcpSchedule::on_feedback_sent(Timestamp now) {
  // size / rate, where the rate is what came since the last feedback: longer, the less there is to tell.
  const int64_t elapsed = std::max<int64_t>((now - last_feedback_).count(), 1);
  const int64_t wanted = kSmallFeedback.bytes() * kFeedbackPart * elapsed / std::max<int64_t>(received_.bytes(), 1);
  feedback_interval_ = std::clamp<Duration>(Duration(wanted), kShortestFeedback, kLongestFeedback);
  if (++rounds_ < kFirstRounds) feedback_interval_ = kFirstFeedback;
  last_feedback_ = now;
  received_ = DataSize();
  has_news_ = false;
}

void RtcpSchedule::on_report_sent(Timestamp now) {
  next_report_ = now + report_interval_;
  report_interval_ = std::min<Duration>(2 * report_interval_, kReportInterval);
}

}  // namespace sotto::transport
