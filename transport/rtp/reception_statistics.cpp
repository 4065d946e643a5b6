#include "transport/rtp/reception_statistics.hpp"

#include <algorithm>
#include <cmath>

namespace sotto::transport {
namespace {

constexpr double kJitterGain = 1.0 / 16;  // RFC 3550 6.4.1

}  // namespace

void ReceptionStatistics::on_packet(int64_t sequence, uint32_t rtp_timestamp, Timestamp arrival) {
  if (!started()) {
    first_ = highest_ = sequence;
  } else if (rtp_timestamp != last_timestamp_) {
    // Packets of one video frame share a timestamp, though they leave one after the other: only between frames does the
    // difference say something about the network.
    const double between = to_seconds(arrival - last_arrival_) * clock_rate_;
    const double expected_between = static_cast<int32_t>(rtp_timestamp - last_timestamp_);
    jitter_ += (std::abs(between - expected_between) - jitter_) * kJitterGain;
  }
  // A packet of before the first one moves the beginning: RFC 3550 would count it as received but never expected.
  first_ = std::min(first_, sequence);
  highest_ = std::max(highest_, sequence);
  ++received_;
  if (rtp_timestamp != last_timestamp_ || received_ == 1) {
    last_timestamp_ = rtp_timestamp;
    last_arrival_ = arrival;
  }
}

uint8_t ReceptionStatistics::take_fraction_lost() {
  if (!started()) return 0;
  const int64_t expected_now = expected() - expected_before_;
  const int64_t lost_now = expected_now - (received_ - received_before_);
  expected_before_ = expected();
  received_before_ = received_;
  if (expected_now <= 0 || lost_now <= 0) return 0;
  return static_cast<uint8_t>(std::min<int64_t>(lost_now * 256 / expected_now, 255));
}

}  // namespace sotto::transport
