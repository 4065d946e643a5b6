// rooms: sotto_transport_rtp sotto_transport_recovery
#include "base/assert.hpp"
#include "transport/recovery/duplicate_filter.hpp"
#include "transport/recovery/nack_tracker.hpp"
#include "transport/recovery/packet_history.hpp"

using namespace sotto;
using namespace sotto::transport;

/// A sequence of packets, losses and requests as the bytes have it: what is outstanding, kept and resent stays bounded.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ByteReader reader({data, size});
  NackTracker tracker(50ms);
  PacketHistory history(50ms);
  DuplicateFilter filter;
  SequenceUnwrapper unwrapper;
  const auto pool = PacketPool::create();
  SequenceNumber next_sent;
  Timestamp now{1000s};
  while (!reader.at_end()) {
    const uint8_t action = reader.u8();
    const SequenceNumber sequence(reader.u16());
    now += Duration(int64_t{action} * 100);
    switch (action % 4) {
      case 0:
      case 1:
        if (filter.insert(unwrapper.unwrap(sequence))) {
          std::optional<NackTracker::PicturePart> part;
          if ((action & 4) != 0) part = {reader.u32(), (action & 8) != 0, (action & 16) != 0};
          tracker.on_packet(unwrapper.peek(sequence), now, action % 4 == 1, part);
        }
        if ((action & 32) != 0) tracker.set_request_loss(action / 255.0);
        break;
      case 2:
        history.store({.sequence = next_sent, .payload = pool->take()}, now);
        ++next_sent;
        break;
      case 3:
        if (const auto again = history.take_for_resend(sequence, now)) SOTTO_ASSERT(again->packet.sequence == sequence);
        break;
    }
    const auto [asked, echoed] = tracker.take_requests(now);
    SOTTO_ASSERT(asked.size() + echoed.size() <= tracker.outstanding() && tracker.outstanding() <= 1000);
    SOTTO_ASSERT(!tracker.next_deadline() || *tracker.next_deadline() > now);
    SOTTO_ASSERT(history.size() <= 2048);
  }
  return 0;
}
