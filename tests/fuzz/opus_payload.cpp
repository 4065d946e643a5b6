// rooms: sotto_media_audio
#include <array>
#include <cstddef>
#include <cstdint>

#include "media/audio/audio_receiver.hpp"

/// Feeds a receiver with payloads of any content: the input is a series of packets, each a length (two bytes) and so
/// many bytes, 20 ms apart and all in order, so that every one of them reaches the decoder if it is well-formed. A
/// length of 32768 and more loses a packet before, so that copies in the next one (in-band FEC) are decoded, too.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sotto;
  media::AudioReceiver receiver;
  std::array<int16_t, kAudioBlockSamples> block;
  ByteReader input({data, size});
  Timestamp now = Timestamp{} + 100s;
  for (uint32_t number = 0; input.remaining() > 2 && number < 50; ++number) {
    const uint16_t head = input.u16();
    if (head >= 0x8000) ++number;
    const size_t length = std::min<size_t>(head % 1600, input.remaining());
    receiver.on_payload(number, number * 960, input.take(length), now);
    receiver.play(block, now + 9ms);
    receiver.play(block, now + 19ms);
    now += 20ms;
  }
  return 0;
}
