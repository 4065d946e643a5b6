#include "transport/congestion/pacer.hpp"

namespace sotto::transport {
namespace {

constexpr double kPacingFactor = 2.5;  // libwebrtc's pacing_controller
constexpr Duration kBurst = 40ms;      // the same
constexpr DataRate kLeastTarget = DataRate::kbps(10);
// One wake-up costs more than the packets it sends, so it waits until this much may leave together.
constexpr Duration kWakeUpInterval = 5ms;
// A queue that would last longer is sent faster: what the encoder made has to leave, and it is the encoder that is told
// to make less.
constexpr Duration kLongestQueue = 1s;
// Beyond this the process must have slept; nobody wants to see it any more.
constexpr Duration kLongestWait = 2s;
constexpr size_t kMostPackets = 4096;  // of one priority; 2 s of 18 Mbit/s

DataRate pacing_rate(DataRate target) { return std::max(target, kLeastTarget) * kPacingFactor; }

}  // namespace

Pacer::Pacer(DataRate target) : base_rate_(pacing_rate(target)), bucket_(base_rate_, kBurst) {}

void Pacer::set_target(DataRate target, Timestamp now) {
  base_rate_ = pacing_rate(target);
  bucket_.set_rate(std::max(base_rate_, rate_for_queue()), now);
}

void Pacer::enqueue(PacedPacket packet, Timestamp now) {
  const PacketPriority priority = packet.priority;
  if (queue(priority).size() == kMostPackets) drop_all(priority, now);
  queued_ += DataSize::bytes(static_cast<int64_t>(packet.payload->size()));
  queue(priority).push({.packet = std::move(packet), .since = now});
  // Only ever up while something waits, or the end of a large frame would crawl.
  bucket_.set_rate(std::max(bucket_.rate(), rate_for_queue()), now);
}

std::optional<PacedPacket> Pacer::poll(Timestamp now) {
  drop_stale(PacketPriority::kRetransmission, now);
  drop_stale(PacketPriority::kVideo, now);
  for (const PacketPriority priority :
       {PacketPriority::kAudio, PacketPriority::kRetransmission, PacketPriority::kVideo}) {
    if (queue(priority).empty()) continue;
    if (priority != PacketPriority::kAudio && !bucket_.has_room(now)) return std::nullopt;
    PacedPacket packet = take(priority, now);
    bucket_.pour(DataSize::bytes(static_cast<int64_t>(packet.payload->size())), now);
    return packet;
  }
  return std::nullopt;
}

std::optional<Timestamp> Pacer::next_deadline() const {
  if (!queue(PacketPriority::kAudio).empty()) return queue(PacketPriority::kAudio).front().since;
  if (queued_.bytes() == 0) return std::nullopt;
  return bucket_.room_at() + std::min(kWakeUpInterval, queue_time());
}

DataRate Pacer::rate_for_queue() const {
  return DataRate::bps(queued_.bits() * 1'000'000 / Duration(kLongestQueue).count());
}

void Pacer::drop_stale(PacketPriority priority, Timestamp now) {
  // Video depends on what came before it, so that a part of the queue is of no use.
  if (!queue(priority).empty() && now - queue(priority).front().since > kLongestWait) drop_all(priority, now);
}

void Pacer::drop_all(PacketPriority priority, Timestamp now) {
  while (!queue(priority).empty()) {
    (void)take(priority, now);
    ++dropped_[index(priority)];
  }
}

PacedPacket Pacer::take(PacketPriority priority, Timestamp now) {
  PacedPacket packet = queue(priority).pop().packet;
  queued_ -= DataSize::bytes(static_cast<int64_t>(packet.payload->size()));
  if (queued_.bytes() == 0) bucket_.set_rate(base_rate_, now);
  return packet;
}

}  // namespace sotto::transport
