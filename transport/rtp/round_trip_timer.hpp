#pragma once

#include <optional>

#include "transport/rtp/rtcp_reports.hpp"

namespace sotto::transport {

/// The round trip time as receiver reports measure it (RFC 3550 6.4.1: arrival - LSR - DLSR). It follows a longer one
/// at once, since requests that come too soon are answered in vain, and a shorter one as smoothly as TCP does.
class RoundTripTimer {
 public:
  /// `now` is the clock that our sender reports are stamped with. Blocks that answer none of them are ignored.
  void on_report_block(const ReportBlock& block, NtpTime now);
  /// Nothing before the first measurement.
  std::optional<Duration> smoothed() const { return smoothed_; }

 private:
  std::optional<Duration> smoothed_;
};

}  // namespace sotto::transport
