#pragma once

#include "base/units.hpp"

namespace sotto::transport {

/// Says when reports and transport-wide feedback are due, and lets them share a datagram where they nearly coincide.
///
/// Reports: the first after 100 ms, so that the round trip is soon known, then in growing steps up to each second. RFC
/// 3550 6.3 spreads them at random for the sake of large groups; here are two. Feedback: while packets come, each 100
/// to 250 ms, so that it takes at most a twentieth of what comes in; at the beginning of a call each 25 ms, and each 50
/// ms while packets suddenly come late.
class RtcpSchedule {
 public:
  explicit RtcpSchedule(Timestamp now);

  /// Notes a packet that feedback will tell of.
  void on_arrival(DataSize size, Timestamp now);

  /// Notes that packets suddenly come late: the next feedback should not wait.
  void on_late();

  struct Due {
    bool report = false;
    bool feedback = false;
  };
  /// What to send now; taken as sent.
  Due take_due(Timestamp now);
  Timestamp next_deadline() const;

 private:
  void on_feedback_sent(Timestamp now);
  void on_report_sent(Timestamp now);

  Timestamp next_report_;
  Duration report_interval_;
  Timestamp last_feedback_;
  Duration feedback_interval_;
  int rounds_ = 0;
  bool has_news_ = false;
  DataSize received_;  // since the last feedback
};

}  // namespace sotto::transport
