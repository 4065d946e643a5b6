// rooms: sotto_media_video
#include <cstdint>
#include <cstdlib>

#include "media/video/frame_assembler.hpp"
#include "media/video/frame_buffer.hpp"
#include "media/video/key_frame_requester.hpp"

using namespace sotto;
using namespace sotto::media;

/// A script of payloads in any order, losses, failures and silences. Each step is one byte that says what happens and a
/// few that say how. Pictures must come out in order, each once, and only a key frame may follow a failure.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  FrameAssembler assembler;
  FrameBuffer buffer;
  KeyFrameRequester requester;
  ByteReader script({data, size});
  Timestamp now{1s};
  int64_t sequence = 1000;
  int64_t last_out = -1;
  bool key_frame_must_follow = true;

  while (!script.at_end()) {
    const uint8_t step = script.u8();
    if (step == 0xff) {
      buffer.on_decode_failed(last_out);
      if (buffer.waits_for_key_frame()) {
        key_frame_must_follow = true;
        requester.on_reference_lost(now);
      }
      continue;
    }
    if (step == 0xfe) {
      sequence += static_cast<int64_t>(script.u32());
      continue;
    }
    sequence += static_cast<int8_t>(script.u8());
    if (sequence < 0) sequence = 0;
    const ByteView payload = script.take(std::min<size_t>(step & 0x1f, script.remaining()));
    const bool marker = step & 0x20;
    now += Duration(1ms) * (step >> 6);
    const PayloadOutcome outcome =
        assembler.on_payload(sequence, static_cast<uint32_t>(sequence / 3) * 3000, marker, payload);
    if (outcome != PayloadOutcome::kStored && outcome != PayloadOutcome::kCompleted) continue;
    requester.on_payload(assembler.last_kind(), now);
    if (outcome == PayloadOutcome::kCompleted) buffer.insert(assembler.take_frame());
    while (auto frame = buffer.take_decodable(assembler)) {
      if (frame->first_sequence <= last_out || frame->data.empty()) std::abort();
      if (key_frame_must_follow && !frame->key_frame) std::abort();
      key_frame_must_follow = false;
      last_out = frame->last_sequence;
      assembler.forget_before(*buffer.next_sequence());
      requester.on_progress(now, buffer.blocked() || assembler.holds_payloads());
      assembler.recycle(std::move(frame->data));
    }
    while (auto dropped = buffer.take_dropped()) assembler.recycle(std::move(dropped->data));
    (void)requester.take(now);
    if (buffer.size() > FrameBuffer::kMaxFrames) std::abort();
  }
  return 0;
}
