// rooms: sotto_media_audio
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "media/audio/jitter_buffer.hpp"
#include "media/audio/opus_packet.hpp"

/// Any series of packets, ticks and cuts, at times that only go forward. What must hold: a block is full after a
/// bounded number of steps, and neither the delay nor the target passes its limit for ever.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sotto;
  using media::PlayoutStep;
  constexpr int kBlock = 480;
  media::JitterBuffer buffer(500ms);
  std::array<uint8_t, media::PacketStore::kMaxPayload> memory;
  ByteReader input({data, size});
  Timestamp now = Timestamp{} + 100s;
  int64_t sequence = 30'000;
  uint32_t timestamp = 0;
  int ready = 0;
  while (input.remaining() > 0) {
    const uint8_t action = input.u8();
    now += Duration((action >> 4) * 1500);
    switch (action % 4) {
      case 0: {  // the next packet of a well-behaved sender, of 2.5 to 120 ms
        const std::array<uint8_t, 8> payload = {
            static_cast<uint8_t>((28 + action / 4 % 4) << 3 | 3), 6, 1, 2, 3, 4, 5, 6};
        buffer.insert(++sequence, timestamp += 960, payload, now);
        break;
      }
      case 1: {  // any packet
        sequence += static_cast<int16_t>(input.u16());
        timestamp += input.u32();
        const uint8_t configuration = input.u8();
        const std::array<uint8_t, 3> payload = {configuration, input.u8(), 2};  // with copies or without
        buffer.insert(sequence, timestamp, payload, now);
        break;
      }
      default: {  // a block for the sound card
        buffer.on_tick(now);
        int steps = 0;
        while (ready < kBlock) {
          if (++steps > 1000) std::abort();
          const PlayoutStep step = buffer.next(now, ready, memory);
          switch (step.kind) {
            case PlayoutStep::Kind::kSilence:
              ready = kBlock;
              break;
            case PlayoutStep::Kind::kConceal:
              if (step.samples <= 0 || step.samples > kBlock - ready) std::abort();
              ready += step.samples;
              break;
            case PlayoutStep::Kind::kPrime:
              break;
            case PlayoutStep::Kind::kDecode: {
              if (step.skip < 0 || step.skip >= step.packet.samples) std::abort();
              if (step.is_copy && media::opus_packet_copy_samples(step.packet.payload) != step.packet.samples)
                std::abort();
              const int before = ready;
              ready += step.packet.samples - step.skip;
              const int most = std::min(step.may_remove, ready - kBlock);
              if (most > 0 && action / 4 % 2 != 0) {
                buffer.on_removed(most, before);
                ready -= most;
              }
              break;
            }
          }
        }
        ready -= kBlock;
      }
    }
    if (buffer.statistics().target > 500ms) std::abort();
  }
  return 0;
}
