#include "transport/congestion/pacer.hpp"

#include <utility>

#include "transport/congestion/size_on_path.hpp"

namespace sotto::transport {
namespace {

// Where there is room, as libwebrtc's pacing_controller: a frame of usual size leaves at once.
constexpr double kLooseFactor = 2.5;
constexpr Duration kLooseBurst = 40ms;
// Where there is none, what leaves faster than the path carries only waits there, in front of our own sound.
// Measured over an emulated 1 Mbit/s (tests/simulation/media): with 1.3 and 5 ms 95 % of packets find less than 45 ms
// of queue, with these 35 ms, and pictures are shown as soon.
constexpr double kTightFactor = 1.1;
constexpr Duration kTightBurst = 2ms;
constexpr DataRate kLeastTarget = DataRate::kbps(10);
// One wake-up costs more than the packets it sends, so with loose pacing it waits until this much may leave together.
constexpr Duration kWakeUpInterval = 5ms;
// A queue that would last longer is sent faster: what the encoder made has to leave, and it is the encoder that is told
// to make less.
constexpr Duration kLongestQueue = 1s;
// When the rate falls so much that what waits would last this long, a new key frame is there sooner.
constexpr Duration kMostLeftOver = 200ms;
// What waits for longer in front of a key frame, which makes it useless, is dropped for its sake.
constexpr Duration kWorthDropping = 50ms;
// Beyond this the process must have slept; nobody wants to see it any more.
constexpr Duration kLongestWait = 2s;
constexpr size_t kMostPackets = 4096;  // of one priority; 2 s of 18 Mbit/s

// RTP header with its extensions, and the SRTP tag.
constexpr size_t kOverhead = 12 + 8 + 16;

DataSize size_of(const PacedPacket& packet) { return size_on_path(packet.payload->size() + kOverhead); }

DataRate pacing_rate(DataRate target, Pacing pacing) {
  return std::max(target, kLeastTarget) * (pacing == Pacing::kLoose ? kLooseFactor : kTightFactor);
}

Duration burst(Pacing pacing) { return pacing == Pacing::kLoose ? kLooseBurst : kTightBurst; }

}  // namespace

Pacer::Pacer(DataRate target, Pacing pacing)
    : pacing_(pacing), base_rate_(pacing_rate(target, pacing)), bucket_(base_rate_, burst(pacing)) {}

void Pacer::set_target(DataRate target, Pacing pacing, Timestamp now) {
  pacing_ = pacing;
  base_rate_ = pacing_rate(target, pacing);
  bucket_.set_depth(burst(pacing));
  // In the place of a key frame there could only be another one.
  if (pacing == Pacing::kTight && queued_ / base_rate_ > kMostLeftOver && !sends_key_frame()) {
    drop_all(PacketPriority::kRepair, now);
    drop_all(PacketPriority::kVideo, now);
  }
  bucket_.set_rate(std::max(base_rate_, rate_for_queue()), now);
}

void Pacer::enqueue(PacedPacket packet, Timestamp now) {
  const PacketPriority priority = packet.priority;
  if (queue(priority).size() == kMostPackets) drop_all(priority, now);
  if (priority == PacketPriority::kVideo) {
    const bool begins_key_frame = packet.key_frame && !knows_key_frame(packet.rtp_timestamp);
    if (packet.key_frame) key_frame_ = packet.rtp_timestamp;
    if (begins_key_frame && queue_time() > kWorthDropping) drop_before_key_frame(now);
  }
  queued_ += size_of(packet);
  queue(priority).push({.packet = std::move(packet), .since = now});
  // Only ever up while something waits, or the end of a large frame would crawl.
  bucket_.set_rate(std::max(bucket_.rate(), rate_for_queue()), now);
}

std::optional<PacedPacket> Pacer::poll(Timestamp now) {
  drop_stale(PacketPriority::kRepair, now);
  drop_stale(PacketPriority::kVideo, now);
  for (const PacketPriority priority : {PacketPriority::kAudio, PacketPriority::kRepair, PacketPriority::kVideo}) {
    if (queue(priority).empty()) continue;
    if (priority != PacketPriority::kAudio && !bucket_.has_room(now)) return std::nullopt;
    return take(priority, now);
  }
  return std::nullopt;
}

std::optional<PacedPacket> Pacer::take_next(Timestamp now) {
  for (const PacketPriority priority : {PacketPriority::kAudio, PacketPriority::kRepair, PacketPriority::kVideo}) {
    if (!queue(priority).empty()) return take(priority, now);
  }
  return std::nullopt;
}

std::optional<Timestamp> Pacer::next_deadline() const {
  if (!queue(PacketPriority::kAudio).empty()) return queue(PacketPriority::kAudio).front().since;
  if (queued_.bytes() == 0) return std::nullopt;
  return bucket_.room_at() + std::min(pacing_ == Pacing::kLoose ? kWakeUpInterval : Duration::zero(), queue_time());
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
    (void)remove(priority, now);
    ++dropped_[index(priority)];
  }
}

/// Not counted as dropped: nobody will miss it.
void Pacer::drop_before_key_frame(Timestamp now) {
  for (const PacketPriority priority : {PacketPriority::kRepair, PacketPriority::kVideo}) {
    while (!queue(priority).empty()) (void)remove(priority, now);
  }
}

PacedPacket Pacer::take(PacketPriority priority, Timestamp now) {
  PacedPacket packet = remove(priority, now);
  bucket_.pour(size_of(packet), now);
  return packet;
}

PacedPacket Pacer::remove(PacketPriority priority, Timestamp now) {
  PacedPacket packet = queue(priority).pop().packet;
  queued_ -= size_of(packet);
  if (queued_.bytes() == 0) bucket_.set_rate(base_rate_, now);
  return packet;
}

}  // namespace sotto::transport
