// rooms: sotto_transport_rtp
#include "base/assert.hpp"
#include "transport/rtp/rtcp_feedback.hpp"
#include "transport/rtp/rtcp_reports.hpp"
#include "transport/rtp/transport_feedback.hpp"

using namespace sotto;
using namespace sotto::transport;

/// Every reader on every packet, whatever its type says; and the work is bounded by the bytes.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  RtcpReader reader({data, size});
  TransportFeedback feedback;
  while (const auto packet = reader.next()) {
    if (const auto report = parse_report(*packet)) SOTTO_ASSERT(report->blocks().size() <= packet->count);
    size_t entries = 0;
    (void)parse_bye(*packet, [&](Ssrc) { ++entries; });
    SOTTO_ASSERT(entries <= packet->count);
    const auto message = parse_feedback(*packet);
    if (!message) continue;
    entries = 0;
    (void)parse_nack(*message, [&](SequenceNumber) { ++entries; });
    SOTTO_ASSERT(entries <= size / 4 * 17);
    (void)parse_fir(*message, [&](Ssrc, uint8_t) {});
    (void)parse_transport_feedback(*message, feedback);
    SOTTO_ASSERT(feedback.arrivals.size() <= size);
  }
  return 0;
}
