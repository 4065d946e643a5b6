#include "transport/recovery/packet_history.hpp"

#include "transport/recovery/recovery_window.hpp"

namespace sotto::transport {
namespace {

// A power of two, so that sequence numbers wrap at its multiple. A second of 18 Mbit/s, or 3.4 MB when it is full.
constexpr size_t kMaxPackets = 2048;
constexpr int kMaxResends = 10;  // what a receiver asks at the most

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

const PacketHistory::Packet* PacketHistory::take_for_resend(SequenceNumber sequence, Timestamp now) {
  const int age = sequence.distance_to(next_);
  if (age < 1 || static_cast<size_t>(age) > count_) return nullptr;
  Slot& found = slot(sequence);
  if (now - found.sent > recovery_window(round_trip_time_)) return nullptr;
  if (found.resent && now - *found.resent < round_trip_time_) return nullptr;
  if (found.times_resent == kMaxResends) return nullptr;
  found.resent = now;
  ++found.times_resent;
  return &found.packet;
}

void PacketHistory::forget_older_than(Timestamp oldest) {
  while (count_ > 0 && slot(next_ - static_cast<int>(count_)).sent < oldest) forget_oldest();
}

void PacketHistory::forget_oldest() {
  slot(next_ - static_cast<int>(count_)) = Slot{};
  --count_;
}

}  // namespace sotto::transport
