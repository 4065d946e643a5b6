#pragma once

#include <algorithm>
#include <cstdint>

#include <sotto/time.hpp>

#include "base/sequence_number.hpp"

namespace sotto::transport {

/// What a receiver report says about one stream: losses and jitter of the packets as they came, before any repair.
class ReceptionStatistics {
 public:
  explicit ReceptionStatistics(uint32_t clock_rate) : clock_rate_(clock_rate) {}

  /// Notes a packet that came by itself, duplicates included; not one recovered by retransmission.
  void on_packet(int64_t sequence, uint32_t rtp_timestamp, Timestamp arrival);

  bool started() const { return received_ > 0; }
  /// Packets lost since the beginning (RFC 3550 A.3).
  int64_t lost() const { return started() ? expected() - received_ : 0; }
  /// The part lost since the last call, in 1/256 (RFC 3550 A.3).
  uint8_t take_fraction_lost();
  /// RFC 3550 A.8, in units of the RTP clock.
  uint32_t jitter() const { return static_cast<uint32_t>(std::min(jitter_, 4294967295.0)); }
  Duration jitter_time() const { return Duration(static_cast<int64_t>(jitter_ * 1e6 / clock_rate_)); }
  /// The highest sequence number with its wraps in the upper half.
  uint32_t extended_highest() const { return static_cast<uint32_t>(highest_); }

 private:
  int64_t expected() const { return highest_ - first_ + 1; }

  uint32_t clock_rate_;
  int64_t first_ = 0;
  int64_t highest_ = 0;
  int64_t received_ = 0;
  int64_t expected_before_ = 0;
  int64_t received_before_ = 0;
  double jitter_ = 0;
  uint32_t last_timestamp_ = 0;
  Timestamp last_arrival_;
};

}  // namespace sotto::transport
