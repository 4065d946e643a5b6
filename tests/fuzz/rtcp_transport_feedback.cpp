// rooms: sotto_transport_rtp sotto_transport_congestion
#include "base/assert.hpp"
#include "transport/congestion/sent_packet_recorder.hpp"

using namespace sotto;
using namespace sotto::transport;

/// Feedback as a hostile peer could make it, into a sender that sent some packets before each message. What is read is
/// written and read again.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  SentPacketRecorder sent;
  ByteReader reader({data, size});
  TransportFeedback feedback;
  TransportFeedback again;
  Bytes buffer(1 << 18);
  while (!reader.at_end()) {
    for (int packets = reader.u8(); packets > 0; --packets) sent.on_sent(DataSize::bytes(1000), 0, Timestamp());
    const size_t length = reader.u8();
    const ByteView control = reader.take(std::min(length, reader.remaining()));
    if (!parse_transport_feedback({.sender = Ssrc(1), .media = Ssrc(2), .control = control}, feedback)) continue;
    SOTTO_ASSERT(sent.on_feedback(feedback).size() <= 4096);
    SOTTO_ASSERT(sent.on_feedback(feedback).empty());

    ByteWriter out(buffer);
    write_transport_feedback(out, feedback);
    SOTTO_ASSERT(out.ok());
    const auto packet = RtcpReader(out.written()).next();
    SOTTO_ASSERT(packet && parse_transport_feedback(*parse_feedback(*packet), again));
    SOTTO_ASSERT(again.arrivals == feedback.arrivals && again.status_count == feedback.status_count);
  }
  return 0;
}
