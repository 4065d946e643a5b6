#include "transport/rtp/round_trip_timer.hpp"

#include <algorithm>

namespace sotto::transport {
namespace {

constexpr int kSmoothing = 8;        // RFC 6298 2: alpha = 1/8, but only downwards
constexpr Duration kLongest = 60s;   // beyond it: a block that answers nothing we sent
constexpr Duration kShortest{1000};  // quantisation and clock steps can make it zero or negative

}  // namespace

void RoundTripTimer::on_report_block(const ReportBlock& block, NtpTime now) {
  if (block.last_sender_report == 0) return;
  const auto units = static_cast<int32_t>(now.compact() - block.last_sender_report - block.delay_since_last);
  const Duration sample = units > 0 ? std::max(from_compact_ntp(static_cast<uint32_t>(units)), kShortest) : kShortest;
  if (sample > kLongest) return;
  const Duration decayed = smoothed_ ? *smoothed_ + (sample - *smoothed_) / kSmoothing : sample;
  smoothed_ = std::max(sample, decayed);
}

}  // namespace sotto::transport
