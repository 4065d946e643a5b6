#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include <sotto/time.hpp>

namespace sotto::transport {

/// Notices when the packets of a stream suddenly come late: their path has become slower, and who sends them should
/// learn of it now rather than with the next feedback. Sans-IO, one thread.
class LatenessWatch {
 public:
  explicit LatenessWatch(uint32_t clock_rate) : clock_rate_(clock_rate) {}

  /// Whether this packet is later, by its RTP timestamp, than the fastest of the last two seconds by far more than is
  /// usual. Of packets with one timestamp only the first counts: the others follow when they are allowed to.
  bool on_packet(uint32_t rtp_timestamp, Timestamp arrival) {
    if (last_timestamp_ == rtp_timestamp) return false;
    if (last_timestamp_) {
      const auto ticks = static_cast<int32_t>(rtp_timestamp - *last_timestamp_);
      transit_ += arrival - last_arrival_ - Duration(int64_t{ticks} * 1'000'000 / clock_rate_);
    }
    last_timestamp_ = rtp_timestamp;
    last_arrival_ = arrival;
    if (!block_ends_ || std::chrono::abs(transit_ - fastest()) > kAnotherStream) {
      transit_ = fastest_ = fastest_before_ = {};
      block_ends_ = arrival + kBlock;
    } else if (arrival >= *block_ends_) {
      fastest_before_ = fastest_;
      fastest_ = transit_;
      block_ends_ = arrival + kBlock;
    }
    fastest_ = std::min(fastest_, transit_);
    const Duration behind = transit_ - fastest();
    const bool late = behind > kSudden + kUnusual * usual_;
    usual_ += (std::min<Duration>(behind, kSudden) - usual_) / kSmoothing;
    return late;
  }

 private:
  static constexpr Duration kBlock = 1s;
  static constexpr Duration kAnotherStream = 10s;
  // Threads that wake up late, and pictures that take longer to encode, stay below it.
  static constexpr Duration kSudden = 25ms;
  static constexpr int kUnusual = 3;
  static constexpr int kSmoothing = 32;

  Duration fastest() const { return std::min(fastest_, fastest_before_); }

  int64_t clock_rate_;
  std::optional<uint32_t> last_timestamp_;
  Timestamp last_arrival_;
  Duration transit_{};  // from an arbitrary origin
  std::optional<Timestamp> block_ends_;
  Duration fastest_{};
  Duration fastest_before_{};
  Duration usual_{};  // by how much packets are behind the fastest, on average
};

}  // namespace sotto::transport
