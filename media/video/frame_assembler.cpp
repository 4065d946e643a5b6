#include "media/video/frame_assembler.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "base/packet_buffer.hpp"

namespace sotto::media {
namespace {

/// Buffers kept for reuse; beyond it memory goes back to the system. Those of payloads and of whole pictures are kept
/// apart, and each begins with room for nearly all of its kind, so that it does not grow later: a payload fits into a
/// datagram, a key frame of 2.5 Mbit/s has 60 kB. Pages that nothing was written to cost nothing.
constexpr size_t kMaxIdlePayloads = 256;
constexpr size_t kMaxIdleFrames = 32;  // a second of pictures that wait for a repair
constexpr size_t kPayloadRoom = kMaxDatagramSize;
constexpr size_t kFrameRoom = 64 << 10;

/// Buffers that are there from the start: the payloads of a key frame and of a few pictures more, and the pictures that
/// are under way on most paths. What is made later is made because more was needed than ever before.
constexpr size_t kFirstPayloads = 128;
constexpr size_t kFirstFrames = 8;

void keep(std::vector<Bytes>& idle, size_t most, Bytes memory) {
  if (idle.size() < most) idle.push_back(std::move(memory));
}

Bytes take(std::vector<Bytes>& idle, size_t room) {
  Bytes taken;
  if (!idle.empty()) {
    taken = std::move(idle.back());
    idle.pop_back();
    taken.clear();
  }
  taken.reserve(room);
  return taken;
}

/// How far behind the first packet seen an earlier one may still come.
constexpr int64_t kFirstReorderWindow = 64;

}  // namespace

FrameAssembler::FrameAssembler() : slots_(kWindow) {
  idle_payloads_.reserve(kMaxIdlePayloads);
  for (size_t i = 0; i < kFirstPayloads; ++i) idle_payloads_.emplace_back().reserve(kPayloadRoom);
  idle_frames_.reserve(kMaxIdleFrames);
  for (size_t i = 0; i < kFirstFrames; ++i) idle_frames_.emplace_back().reserve(kFrameRoom);
}

PayloadOutcome FrameAssembler::on_payload(int64_t sequence, uint32_t rtp_timestamp, bool marker, ByteView payload) {
  if (sequence < floor_) return PayloadOutcome::kLate;
  std::optional<Vp8Payload> parsed;
  Vp8FrameHeader header;
  if (!payload.empty()) {
    Result<Vp8Payload> result = parse_vp8_payload(payload);
    if (!result.ok()) return PayloadOutcome::kMalformed;
    parsed = *result;
    if (parsed->descriptor.starts_frame()) {
      const Result<Vp8FrameHeader> start = parse_vp8_frame_header(parsed->data);
      if (!start.ok()) return PayloadOutcome::kMalformed;
      header = *start;
    }
  }
  move_window(sequence);
  Slot& slot = this->slot(sequence);
  if (slot.state != SlotState::kEmpty) return PayloadOutcome::kDuplicate;

  slot.sequence = sequence;
  if (!parsed) {
    slot.state = SlotState::kFiller;
    // It may be what a picture around it still waited for.
    const int64_t before = skip_filler(sequence, -1);
    const Slot& neighbour = this->slot(before);
    const bool held = before >= floor_ && neighbour.state == SlotState::kHeld && neighbour.sequence == before;
    return held && find_complete(before) ? PayloadOutcome::kCompleted : PayloadOutcome::kStored;
  }
  slot.state = SlotState::kHeld;
  slot.starts_frame = parsed->descriptor.starts_frame();
  slot.marker = marker;
  slot.key_frame = slot.starts_frame && header.key_frame;
  slot.rtp_timestamp = rtp_timestamp;
  slot.picture_id = parsed->descriptor.picture_id;
  slot.data = take(idle_payloads_, kPayloadRoom);
  slot.data.assign(parsed->data.begin(), parsed->data.end());
  ++held_;

  if (slot.key_frame) key_frame_timestamp_ = rtp_timestamp;
  last_kind_ = kind_of(slot);
  return find_complete(sequence) ? PayloadOutcome::kCompleted : PayloadOutcome::kStored;
}

PayloadKind FrameAssembler::kind_of(const Slot& slot) const {
  if (key_frame_timestamp_ == slot.rtp_timestamp) return PayloadKind::kKeyFrame;
  return slot.starts_frame ? PayloadKind::kDeltaFrameStart : PayloadKind::kUnknown;
}

bool FrameAssembler::find_complete(int64_t sequence) {
  const uint32_t rtp_timestamp = slot(sequence).rtp_timestamp;
  int64_t first = sequence;
  while (!slot(first).starts_frame) {
    first = skip_filler(first, -1);
    if (!held(first, rtp_timestamp)) return false;
  }
  int64_t last = sequence;
  while (!slot(last).marker) {
    last = skip_filler(last, 1);
    const Slot* next = held(last, rtp_timestamp);
    if (!next || next->starts_frame) return false;
  }
  complete_first_ = first;
  complete_last_ = last;
  return true;
}

/// The next number before or behind `sequence` that no filler has taken.
int64_t FrameAssembler::skip_filler(int64_t sequence, int64_t step) const {
  const auto is_filler = [this](int64_t number) {
    const Slot& slot = this->slot(number);
    return slot.state == SlotState::kFiller && slot.sequence == number;
  };
  do {
    sequence += step;
  } while (is_filler(sequence));
  return sequence;
}

AssembledFrame FrameAssembler::take_frame() {
  SOTTO_ASSERT(complete_last_ >= complete_first_);
  const Slot& start = slot(complete_first_);
  AssembledFrame frame;
  frame.first_sequence = complete_first_;
  frame.last_sequence = complete_last_;
  frame.rtp_timestamp = start.rtp_timestamp;
  frame.key_frame = start.key_frame;
  frame.picture_id = start.picture_id;
  frame.data = take(idle_frames_, kFrameRoom);
  for (int64_t sequence = complete_first_; sequence <= complete_last_; ++sequence) {
    if (slot(sequence).state == SlotState::kHeld) append(frame.data, slot(sequence).data);
    release(slot(sequence), SlotState::kDone);
  }
  complete_last_ = complete_first_ - 1;
  return frame;
}

void FrameAssembler::forget_before(int64_t sequence) {
  if (!newest_ || sequence <= floor_) return;
  // The slots of the window each held one of its numbers, whatever they were.
  const int64_t count = std::min(sequence - floor_, static_cast<int64_t>(kWindow));
  for (int64_t i = 0; i < count; ++i) release(slot(floor_ + i), SlotState::kEmpty);
  floor_ = sequence;
}

bool FrameAssembler::all_arrived(int64_t first, int64_t last) const {
  for (int64_t sequence = first; sequence <= last; ++sequence) {
    const Slot& slot = this->slot(sequence);
    if (slot.state == SlotState::kEmpty || slot.sequence != sequence) return false;
  }
  return true;
}

void FrameAssembler::recycle(Bytes data) { keep(idle_frames_, kMaxIdleFrames, std::move(data)); }

const FrameAssembler::Slot* FrameAssembler::held(int64_t sequence, uint32_t rtp_timestamp) const {
  if (sequence < floor_) return nullptr;
  const Slot& slot = this->slot(sequence);
  const bool fits = slot.state == SlotState::kHeld && slot.sequence == sequence && slot.rtp_timestamp == rtp_timestamp;
  return fits ? &slot : nullptr;
}

void FrameAssembler::release(Slot& slot, SlotState next) {
  if (slot.state == SlotState::kHeld) {
    --held_;
    keep(idle_payloads_, kMaxIdlePayloads, std::exchange(slot.data, {}));
  }
  slot.state = next;
}

void FrameAssembler::move_window(int64_t sequence) {
  if (!newest_) {
    newest_ = sequence;
    floor_ = sequence - kFirstReorderWindow;
  } else if (sequence > *newest_) {
    newest_ = sequence;
    forget_before(sequence - static_cast<int64_t>(kWindow) + 1);
  }
}

}  // namespace sotto::media
