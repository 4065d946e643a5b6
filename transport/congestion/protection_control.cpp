#include "transport/congestion/protection_control.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "transport/recovery/fec_strength.hpp"

namespace sotto::transport {
namespace {

// The counts are of about so many packets: a second of a good picture.
constexpr double kMemory = 250;

/// With so many sums per packet, at 10 % loss some 8 % of pictures of nine packets still wait for a retransmission, of
/// 61 % that lost something: more sums would cost more than the retransmissions that do the rest.
struct Point {
  double loss;
  double sums;
};
constexpr std::array<Point, 7> kSums = {
    {{0.003, 0}, {0.01, 0.08}, {0.02, 0.12}, {0.05, 0.21}, {0.1, 0.36}, {0.2, 0.48}, {0.35, 0.85}}};

// Up to the one a retransmission comes soon enough for nobody to see it was needed; from the other on it does not.
constexpr Duration kShortRoundTrip = 10ms;
constexpr Duration kLongRoundTrip = 30ms;

// Up to the one a retransmission comes before a picture is seen to stand still, 150 ms after its time (see
// FreezeCounter): a loss is found with the next packet, asked for and sent again. From the other on it does not.
constexpr Duration kRetransmissionsInTime = 80ms;
constexpr Duration kRetransmissionsTooLate = 120ms;

// How much of the time pictures may stand still because of groups that stay unsolved, each for a round trip and what
// asking takes; a group is a picture, of which there are 30 a second.
constexpr double kFrozenPart = 0.02;
constexpr double kAskingSeconds = 0.05;
constexpr double kGroupsPerSecond = 30;
constexpr double kEasyDoubt = 0.1;  // where there is still time to ask

}  // namespace

void ProtectionControl::on_feedback(std::span<const PacketResult> results) {
  for (const PacketResult& result : results) {
    if (result.was_missing) {
      lost_ = std::max(lost_ - 1, 0.0);
      continue;
    }
    constexpr double kKept = 1 - 1 / kMemory;
    packets_ = packets_ * kKept + 1;
    lost_ = lost_ * kKept + (result.arrival ? 0 : 1);
  }
}

double ProtectionControl::sums_per_packet(std::optional<Duration> round_trip_time) const {
  const double loss = this->loss();
  if (loss <= kSums.front().loss) return 0;
  double sums = kSums.back().sums;
  for (size_t i = 1; i < kSums.size(); ++i) {
    const Point& from = kSums[i - 1];
    const Point& to = kSums[i];
    if (loss > to.loss) continue;
    sums = from.sums + (to.sums - from.sums) * (loss - from.loss) / (to.loss - from.loss);
    break;
  }
  if (!round_trip_time) return sums;
  const double over = to_seconds(*round_trip_time - kShortRoundTrip) / to_seconds(kLongRoundTrip - kShortRoundTrip);
  return sums * std::clamp(over, 0.0, 1.0);
}

int ProtectionControl::least_sums(size_t packets, std::optional<Duration> round_trip_time) const {
  if (!round_trip_time || *round_trip_time <= kRetransmissionsInTime || loss() <= kSums.front().loss) return 0;
  const double late = to_seconds(*round_trip_time - kRetransmissionsInTime) /
                      to_seconds(kRetransmissionsTooLate - kRetransmissionsInTime);
  const double doubt = kFrozenPart / (kGroupsPerSecond * (to_seconds(*round_trip_time) + kAskingSeconds));
  return sums_needed(packets, loss(), kEasyDoubt * std::pow(doubt / kEasyDoubt, std::min(late, 1.0)));
}

}  // namespace sotto::transport
