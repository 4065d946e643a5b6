// rooms: sotto_transport_rtp
#include "transport/rtp/rtp_packet.hpp"
#include "base/assert.hpp"
#include "transport/rtp/rtx.hpp"

using namespace sotto;
using namespace sotto::transport;

/// The first two bytes choose the extension ids. What is read stays within the packet, and survives being written and
/// read again.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const HeaderExtensionIds ids{.mid = static_cast<uint8_t>(data[0] % 15),
                               .transport_sequence = static_cast<uint8_t>(data[1] % 15)};
  const ByteView packet(data + 2, size - 2);
  const auto view = parse_rtp(packet, ids);
  if (!view) return 0;
  SOTTO_ASSERT(view->payload_offset + view->payload.size() <= packet.size());
  if (view->payload.size() > kMaxDatagramSize || view->extensions.mid.size() > kMaxMidLength) return 0;

  PacketBuffer again;
  again.append_bytes(view->payload);
  prepend_rtp_header(again, view->header, view->extensions, ids);
  const auto reread = parse_rtp(again.view(), ids);
  SOTTO_ASSERT(reread && reread->header.sequence == view->header.sequence && reread->header.ssrc == view->header.ssrc);
  SOTTO_ASSERT(std::equal(reread->payload.begin(), reread->payload.end(), view->payload.begin(), view->payload.end()));
  if (ids.mid != 0 && ids.mid != ids.transport_sequence) SOTTO_ASSERT(reread->extensions.mid == view->extensions.mid);

  again.remove_prefix(reread->payload_offset);
  if (const auto original = unwrap_rtx(again)) {
    wrap_rtx(again, *original);
    SOTTO_ASSERT(again.size() == view->payload.size());
  }
  return 0;
}
