// rooms: sotto_transport_recovery
#include "base/assert.hpp"
#include "transport/recovery/fec_decoder.hpp"

using namespace sotto;
using namespace sotto::transport;

/// Packets and sums as an authentic but hostile peer could make them: whatever is found is a whole packet.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  FecDecoder decoder(PacketPool::create());
  SequenceUnwrapper numbers;
  ByteReader reader({data, size});
  while (!reader.at_end()) {
    const uint8_t kind = reader.u8();
    const uint16_t sequence = reader.u16();
    const size_t length = reader.u8() * size_t{4};
    const ByteView bytes = reader.take(std::min(length, reader.remaining()));
    if (kind % 2 == 0 && bytes.size() >= 12) {
      decoder.on_packet(numbers.unwrap(SequenceNumber(sequence)), bytes);
    } else {
      (void)decoder.on_fec(bytes, numbers);
    }
    while (const auto found = decoder.poll(Ssrc(1))) {
      SOTTO_ASSERT(found->packet->size() >= 12 && found->packet->size() <= kMaxDatagramSize);
    }
  }
  return 0;
}
