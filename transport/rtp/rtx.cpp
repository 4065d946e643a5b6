#include "transport/rtp/rtx.hpp"

namespace sotto::transport {

void wrap_rtx(PacketBuffer& payload, SequenceNumber original) {
  ByteWriter(payload.prepend(kRtxOverhead)).u16(original.value());
}

std::optional<SequenceNumber> unwrap_rtx(PacketBuffer& payload) {
  ByteReader reader(payload.view());
  const SequenceNumber original(reader.u16());
  if (!reader.ok()) return std::nullopt;
  payload.remove_prefix(kRtxOverhead);
  return original;
}

}  // namespace sotto::transport
