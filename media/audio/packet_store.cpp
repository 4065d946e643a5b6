#include "media/audio/packet_store.hpp"

#include <algorithm>
#include <numeric>

#include "media/audio/opus_packet.hpp"

namespace sotto::media {
namespace {

// A time stamp farther than this from the newest is no jitter and no pause, but a mistake or a restart.
constexpr int64_t kFarthestJump = 10 * 48000;

// Nor does a packet come after so many newer ones.
constexpr int64_t kOldestSequence = 500;

// So many stray packets in a row, each newer than the one before and at most a second on, make a new stream.
constexpr int kStraysThatRestart = 3;
constexpr int64_t kFarthestStrays = 48000;

}  // namespace

PacketStore::PacketStore() : slots_(std::make_unique<std::array<Slot, kMaxPackets>>()) {
  std::iota(order_.begin(), order_.end(), uint8_t{0});
}

PacketStore::Insertion PacketStore::insert(int64_t sequence, uint32_t rtp_timestamp, ByteView payload) {
  const std::optional<int> samples = opus_packet_samples(payload);
  if (!samples || payload.size() > kMaxPayload) return {};

  bool restarted = false;
  int64_t position = newest_position_ + static_cast<int32_t>(rtp_timestamp - static_cast<uint32_t>(newest_position_));
  if (!started_) {
    position = rtp_timestamp;
    begin_stream(sequence, position);
  } else if (!plausible(sequence, position)) {
    if (!begins_new_stream(sequence, rtp_timestamp)) return {};
    clear();
    begin_stream(sequence, position);
    restarted = true;
  } else {
    newest_sequence_ = std::max(newest_sequence_, sequence);
    strays_ = 0;
  }
  Insertion insertion = keep(position, *samples, payload);
  if (restarted) insertion.outcome = Outcome::kRestarted;
  return insertion;
}

PacketStore::Insertion PacketStore::insert_copy(uint32_t rtp_timestamp, ByteView payload) {
  const std::optional<int> samples = opus_packet_samples(payload);
  if (!samples || payload.size() > kMaxPayload || !started_) return {};
  const int64_t age = static_cast<int32_t>(static_cast<uint32_t>(newest_position_) - rtp_timestamp);
  if (age <= 0 || age > kFarthestJump) return {};
  return keep(newest_position_ - age, *samples, payload);
}

PacketStore::Insertion PacketStore::keep(int64_t position, int samples, ByteView payload) {
  if (came_before(position)) return {.outcome = Outcome::kDuplicate};
  came_[came_count_++ % kRemembered] = position;
  Insertion insertion{.outcome = Outcome::kStored, .position = position, .reordered = position < newest_position_};
  newest_position_ = std::max(newest_position_, position);
  const int copy_samples = opus_packet_copy_samples(payload);
  if (copy_samples > 0 && position - copy_samples >= newest_end_) insertion.brought = position - copy_samples;
  newest_end_ = std::max(newest_end_, position + samples);
  if (passed_ && position < *passed_) {
    insertion.outcome = Outcome::kLate;
    return insertion;
  }
  if (count_ == kMaxPackets) {
    pop_front();
    insertion.overflowed = true;
  }
  if (!store(position, samples, copy_samples, payload)) insertion.outcome = Outcome::kDuplicate;
  return insertion;
}

void PacketStore::begin_stream(int64_t sequence, int64_t position) {
  started_ = true;
  newest_sequence_ = sequence;
  newest_position_ = position;
  newest_end_ = position;
  came_count_ = 0;
  passed_.reset();
  strays_ = 0;
}

/// In one stream, media time grows with the sequence number and never leaps.
bool PacketStore::plausible(int64_t sequence, int64_t position) const {
  const int64_t leap = position - newest_position_;
  if (leap > kFarthestJump || leap < -kFarthestJump) return false;
  if (sequence > newest_sequence_) return leap > 0;
  return leap <= 0 && newest_sequence_ - sequence <= kOldestSequence;
}

bool PacketStore::begins_new_stream(int64_t sequence, uint32_t rtp_timestamp) {
  const int64_t step = static_cast<int32_t>(rtp_timestamp - stray_timestamp_);
  const bool agrees = strays_ > 0 && sequence > stray_sequence_ && step > 0 && step <= kFarthestStrays;
  strays_ = agrees ? strays_ + 1 : 1;
  stray_sequence_ = sequence;
  stray_timestamp_ = rtp_timestamp;
  return strays_ >= kStraysThatRestart;
}

bool PacketStore::came_before(int64_t position) const {
  const auto end = came_.begin() + static_cast<std::ptrdiff_t>(std::min(came_count_, kRemembered));
  return std::find(came_.begin(), end, position) != end;
}

bool PacketStore::store(int64_t position, int samples, int copy_samples, ByteView payload) {
  size_t index = count_;
  while (index > 0 && (*slots_)[order_[index - 1]].position >= position) --index;
  if (index < count_ && (*slots_)[order_[index]].position == position) return false;
  const auto begin = order_.begin();
  const auto where = begin + static_cast<std::ptrdiff_t>(index);
  const auto free = begin + static_cast<std::ptrdiff_t>(count_);
  std::rotate(where, free, free + 1);
  Slot& slot = (*slots_)[order_[index]];
  slot.position = position;
  slot.samples = samples;
  slot.copy_samples = copy_samples;
  slot.size = payload.size();
  std::copy(payload.begin(), payload.end(), slot.bytes.begin());
  ++count_;
  return true;
}

std::optional<StoredPacket> PacketStore::at(size_t index) const {
  if (index >= count_) return std::nullopt;
  const Slot& slot = (*slots_)[order_[index]];
  return StoredPacket{slot.position, slot.samples, ByteView(slot.bytes).first(slot.size), slot.copy_samples};
}

std::optional<StoredPacket> PacketStore::front() const { return at(0); }
std::optional<StoredPacket> PacketStore::second() const { return at(1); }

void PacketStore::pop_front() {
  if (count_ == 0) return;
  const auto begin = order_.begin();
  std::rotate(begin, begin + 1, begin + static_cast<std::ptrdiff_t>(count_));
  --count_;
}

void PacketStore::clear() {
  count_ = 0;
  passed_.reset();
}

}  // namespace sotto::media
