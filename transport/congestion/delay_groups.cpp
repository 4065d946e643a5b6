#include "transport/congestion/delay_groups.hpp"

#include <algorithm>
#include <utility>

namespace sotto::transport {
namespace {

constexpr Duration kGroupLength = 5ms;  // libwebrtc's inter_arrival_delta

}  // namespace

std::optional<DelayGroup> DelayGroups::on_arrival(const SentPacket& packet, Duration arrival) {
  const Duration delay = arrival - packet.sent.time_since_epoch();
  if (current_ && packet.sent < current_->sent) return std::nullopt;  // It belongs to a group that is gone.
  if (current_ && packet.sent - current_->sent <= kGroupLength) {
    current_->arrival = std::max(current_->arrival, arrival);
    current_->delay = std::min(current_->delay, delay);
    return std::nullopt;
  }
  return std::exchange(current_, DelayGroup{.sent = packet.sent, .arrival = arrival, .delay = delay});
}

}  // namespace sotto::transport
