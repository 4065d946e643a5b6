#include "transport/recovery/packet_history.hpp"

#include <algorithm>

#include "transport/recovery/recovery_window.hpp"

namespace sotto::transport {
namespace {

// A power of two, so that sequence numbers wrap at its multiple. A second of 18 Mbit/s, or 3.4 MB when it is full.
constexpr size_t kMaxPackets = 2048;
constexpr int kMaxResends = 10;  // what a receiver asks at the most

// Below half a round trip a request is the echo of one that was answered; our estimate may be above the peer's, so that
// a whole one would refuse what was asked for anew. The floor keeps echoes out on fast paths, where they come after 10
// ms and new requests after 20 ms.
constexpr int kResendsPerRoundTrip = 2;
constexpr Duration kShortestResendInterval = 15ms;

}  // namespace

PacketHistory::PacketHistory(Duration round_trip_time) : round_trip_time_(round_trip_time), slots_(kMaxPackets) {}

void PacketHistory::store(Packet packet, Timestamp now) {
  SOTTO_ASSERT(count_ == 0 || packet.sequence == next_);
  forget_older_than(now - recovery_window(round_trip_time_));
  if (count_ == slots_.size()) forget_oldest();
  next_ = packet.sequence + 1;
  slot(packet.sequence) = Slot{.packet = std::move(packet), .sent = now, .resent = std::nullopt};
  ++count_;
}

std::optional<PacketHistory::Resend> PacketHistory::take_for_resend(SequenceNumber sequence, Timestamp now) {
  if (!keeps(sequence)) return std::nullopt;
  Slot& found = slot(sequence);
  if (now - found.sent > recovery_window(round_trip_time_)) return std::nullopt;
  if (found.resent && now - *found.resent < shortest_resend_interval()) return std::nullopt;
  if (found.times_resent == kMaxResends) return std::nullopt;
  found.resent = now;
  const bool repeated = found.times_resent++ > 0;
  return Resend{.packet = found.packet, .age = now - found.sent, .repeated = repeated};
}

const PacketHistory::Packet* PacketHistory::find(SequenceNumber sequence) const {
  return keeps(sequence) ? &slots_[sequence.value() % slots_.size()].packet : nullptr;
}

bool PacketHistory::keeps(SequenceNumber sequence) const {
  const int back = sequence.distance_to(next_);
  return back >= 1 && static_cast<size_t>(back) <= count_;
}

Duration PacketHistory::shortest_resend_interval() const {
  return std::max(round_trip_time_ / kResendsPerRoundTrip, kShortestResendInterval);
}

void PacketHistory::forget_older_than(Timestamp oldest) {
  while (count_ > 0 && slot(next_ - static_cast<int>(count_)).sent < oldest) forget_oldest();
}

void PacketHistory::clear() {
  while (count_ > 0) forget_oldest();
}

void PacketHistory::forget_oldest() {
  slot(next_ - static_cast<int>(count_)) = Slot{};
  --count_;
}

}  // namespace sotto::transport
