#include "transport/congestion/probe_meter.hpp"

#include <algorithm>

namespace sotto::transport {
namespace {

constexpr int kLeastPackets = 4;
constexpr double kLeastArrived = 0.5;
// Below this part of the rate at which it was sent, it was the path that set the pace (libwebrtc).
constexpr double kSaturated = 0.9;
// By less, the last may have come later only because it is larger than the first.
constexpr Duration kLeastQueue = 4ms;
constexpr double kOfSaturated = 0.95;
// Packets that come closer together than they left were held up somewhere; by no more than this, it is taken.
constexpr double kMostCompressed = 2;
constexpr Duration kLongestHoldUp = 20ms;

DataRate rate_of(DataSize size, Duration time) {
  return DataRate::bps(size.bits() * 1'000'000 / std::max<int64_t>(time.count(), 1));
}

}  // namespace

void ProbeMeter::on_sent(const SentPacket& packet) {
  if (packet.probe != cluster_.id) {
    cluster_.ended = true;
    if (packet.probe == 0) return;
    cluster_ = {.id = packet.probe, .first_sent = packet.sent};
  }
  if (cluster_.id == 0) return;
  ++cluster_.packets;
  cluster_.sent_size += packet.size;
  cluster_.last_sent_size = packet.size;
  cluster_.last_sent = packet.sent;
  cluster_.last_sequence = packet.sequence;
}

void ProbeMeter::on_result(const PacketResult& result) {
  if (cluster_.ended && result.packet.sequence > cluster_.last_sequence) cluster_.passed = true;
  if (cluster_.id == 0 || result.packet.probe != cluster_.id || result.was_missing) return;
  ++cluster_.told;
  if (!result.arrival) return;
  if (cluster_.arrived++ == 0) {
    cluster_.first_arrival = cluster_.last_arrival = *result.arrival;
    cluster_.first_arrived_size = result.packet.size;
  }
  cluster_.first_arrival = std::min(cluster_.first_arrival, *result.arrival);
  cluster_.last_arrival = std::max(cluster_.last_arrival, *result.arrival);
  cluster_.arrived_size += result.packet.size;
}

std::optional<ProbeResult> ProbeMeter::take_result() {
  const bool told = cluster_.told == cluster_.packets || cluster_.passed;
  if (cluster_.id == 0 || !cluster_.ended || !told) return std::nullopt;
  const ProbeResult result = judge();
  cluster_ = {};
  return result;
}

ProbeResult ProbeMeter::judge() const {
  ProbeResult result{.id = cluster_.id, .rate = std::nullopt};
  result.lost = 1 - static_cast<double>(cluster_.arrived + cluster_.packets - cluster_.told) / cluster_.packets;
  if (cluster_.told < cluster_.packets) return result;  // The feedback about the others was lost.
  if (cluster_.arrived < kLeastPackets || cluster_.arrived < kLeastArrived * cluster_.packets) return result;
  // The last one sent and the first one received took their time outside of what is measured.
  const Duration sent_span = cluster_.last_sent - cluster_.first_sent;
  const DataRate sent = rate_of(cluster_.sent_size - cluster_.last_sent_size, sent_span);
  const DataSize size = cluster_.arrived_size - cluster_.first_arrived_size;
  const Duration span = cluster_.last_arrival - cluster_.first_arrival;
  const DataRate received = rate_of(size, span);
  if (received > sent * kMostCompressed) {
    result.rate = std::min(sent, rate_of(size, span + kLongestHoldUp));
  } else if (received < sent * kSaturated && span - sent_span > kLeastQueue) {
    result.rate = received * kOfSaturated;
    result.saturated = true;
  } else {
    result.rate = std::min(sent, received);
  }
  return result;
}

}  // namespace sotto::transport
